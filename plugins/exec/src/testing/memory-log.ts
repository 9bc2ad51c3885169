import type { Log } from "@ocelli/plugin-sdk";

/** A log that keeps its messages. */
export function memoryLog(): Log & { readonly messages: readonly string[] } {
  const messages: string[] = [];
  const write = (first: Readonly<Record<string, unknown>> | string, message?: string): void => {
    messages.push(typeof first === "string" ? first : (message ?? ""));
  };
  const log = { messages, debug: write, info: write, warn: write, error: write, fatal: write, child: () => log };
  return log;
}
