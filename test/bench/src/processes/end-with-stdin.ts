/** Ends this process with the bench that started it: the end of stdin, or a signal. A profile is written on the way. */
export function endWithStdin(): void {
  process.stdin.resume().once("end", () => process.exit(0));
  for (const name of ["SIGTERM", "SIGINT"] as const) process.on(name, () => process.exit(0));
}
