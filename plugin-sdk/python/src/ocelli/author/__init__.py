"""What an author wrote: where it stands, and whether what it gave back can be used."""
