import { createServer } from "node:net";

// Below what systems hand out to outgoing connections, so that a server that restarts gets its port back.
const lowest = 14_000;
const highest = 32_000;
const host = "127.0.0.1";
const given = new Set<number>();

/** So many TCP ports that were free a moment ago and that nobody else in this process was given. */
export async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  while (ports.length < count) {
    const port = lowest + Math.floor(Math.random() * (highest - lowest));
    if (given.has(port) || !(await isFree(port))) continue;
    given.add(port);
    ports.push(port);
  }
  return ports;
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen({ host, port, exclusive: true }, () => probe.close(() => resolve(true)));
  });
}
