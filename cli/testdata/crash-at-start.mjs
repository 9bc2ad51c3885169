// Falls over before it serves.
process.stderr.write("reading the moon phase\n");
throw new Error("the moon is not full");
