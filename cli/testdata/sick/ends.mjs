// Comes to its end without serving.
process.stdout.write("hello\n");
