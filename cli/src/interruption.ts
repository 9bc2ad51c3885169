/** A signal that aborts at Ctrl-C or SIGTERM. The second time the process ends at once. */
export function interruption(): AbortSignal {
  const interrupted = new AbortController();
  const onSignal = (): void => {
    process.off("SIGINT", onSignal);
    process.off("SIGTERM", onSignal);
    interrupted.abort();
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  return interrupted.signal;
}
