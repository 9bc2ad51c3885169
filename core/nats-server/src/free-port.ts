import { createServer } from "node:net";

/** Ports that systems hand out to outgoing connections begin at 32768 (Linux) or above. A server there can lose its port
 *  to a stranger, or to its own reconnecting client, while it restarts; below, it keeps it. */
const lowest = 14_000;
const highest = 32_000;

export async function isFree(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen({ host, port, exclusive: true }, () => probe.close(() => resolve(true)));
  });
}

/** A port that was free a moment ago; `undefined` when twenty tries found none. */
export async function freePort(host: string, random: () => number): Promise<number | undefined> {
  for (let i = 0; i < 20; i++) {
    const port = lowest + Math.floor(random() * (highest - lowest));
    if (await isFree(host, port)) return port;
  }
  return undefined;
}
