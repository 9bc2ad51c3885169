import { readFile } from "node:fs/promises";

/** One request as a device saw it. */
export interface Arrival {
  readonly monotonicMs: number;
  readonly device: string;
  readonly firstOid: string;
  readonly requestId: number;
}

/** What the devices saw, in the order they saw it. */
export async function readArrivals(file: string): Promise<Arrival[]> {
  const text = await readFile(file, "utf8");
  return text
    .slice(0, text.lastIndexOf("\n") + 1)
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const { monotonicNs, ...rest } = JSON.parse(line) as Omit<Arrival, "monotonicMs"> & { monotonicNs: string };
      return { ...rest, monotonicMs: Number(monotonicNs) / 1e6 };
    });
}

/** The instants at which polls of one device began: requests for the first column of the poll. A packet that was sent again
 *  because its answer was slow is one request. */
export function pollStarts(arrivals: readonly Arrival[], device: string, firstOid: string): number[] {
  const opening = arrivals.filter((one) => one.device === device && one.firstOid === firstOid);
  const first = new Map<number, number>();
  for (const { requestId, monotonicMs } of opening) if (!first.has(requestId)) first.set(requestId, monotonicMs);
  return [...first.values()];
}
