import { readFile } from "node:fs/promises";

/** One request as a device saw it. */
export interface Arrival {
  readonly monotonicMs: number;
  readonly device: string;
  readonly firstOid: string;
}

/** What the devices saw, in the order they saw it. */
export async function readArrivals(file: string): Promise<Arrival[]> {
  const text = await readFile(file, "utf8");
  return text
    .slice(0, text.lastIndexOf("\n") + 1)
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const { monotonicNs, device, firstOid } = JSON.parse(line) as {
        monotonicNs: string | number;
        device: string;
        firstOid: string;
      };
      return { monotonicMs: Number(monotonicNs) / 1e6, device, firstOid };
    });
}

/** The instants at which polls of one device began: requests for the first column of the poll. */
export function pollStarts(arrivals: readonly Arrival[], device: string, firstOid: string): number[] {
  return arrivals
    .filter((one) => one.device === device && one.firstOid === firstOid)
    .map(({ monotonicMs }) => monotonicMs);
}
