// Is ended by a signal before it serves.
process.kill(process.pid, "SIGSEGV");
setInterval(() => {}, 1000);
