// Reads its line and does nothing with it.
process.stdin.resume();
process.stderr.write("waiting for better days\n");
setInterval(() => {}, 1000);
