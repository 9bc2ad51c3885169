import { openSync, readFileSync, writeSync } from "node:fs";
import type { DeviceRequest } from "./protocol.js";

/** One request as a device saw it: from its arrival to the end of its service. */
export interface DeviceHit {
  /** CLOCK_MONOTONIC, which all processes of a machine share, in ms. */
  readonly beginMonoMs: number;
  /** When it was answered; the arrival itself where the device is dead. */
  readonly endMonoMs: number;
  readonly device: string;
  readonly plugin: string;
  readonly fence: number;
  readonly slotAtMs: number;
  readonly answered: boolean;
}

const writeEveryMs = 100;

/** Writes a line for each request when its service is over. Nothing is lost but by the death of the device process itself. */
export class DeviceLog {
  readonly #file: number;
  readonly #timer: NodeJS.Timeout;
  #lines: string[] = [];

  constructor(path: string) {
    this.#file = openSync(path, "a");
    this.#timer = setInterval(() => this.flush(), writeEveryMs);
  }

  add(device: string, request: DeviceRequest, beginNs: bigint, endNs: bigint, answered: boolean): void {
    const { plugin, fence, slotAtMs } = request;
    this.#lines.push(`${beginNs} ${endNs} ${device} ${plugin} ${fence} ${slotAtMs} ${answered ? 1 : 0}\n`);
  }

  flush(): void {
    if (this.#lines.length > 0) writeSync(this.#file, this.#lines.join(""));
    this.#lines = [];
  }

  close(): void {
    clearInterval(this.#timer);
    this.flush();
  }
}

/** Reads a log, without a line that is being written. */
export function readDeviceLog(path: string): DeviceHit[] {
  return parseDeviceLog(readFileSync(path, "utf8"));
}

export function parseDeviceLog(text: string): DeviceHit[] {
  const hits: DeviceHit[] = [];
  for (const line of text.slice(0, text.lastIndexOf("\n") + 1).split("\n")) {
    const [begin, end, device, plugin, fence, slot, answered] = line.split(" ");
    if (device === undefined || plugin === undefined) continue;
    hits.push({
      beginMonoMs: Number(begin) / 1e6,
      endMonoMs: Number(end) / 1e6,
      device,
      plugin,
      fence: Number(fence),
      slotAtMs: Number(slot),
      answered: answered === "1",
    });
  }
  return hits;
}
