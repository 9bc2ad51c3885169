import { fnv1a } from "@ocelli/model";

/** What the polling module asks a device: who asks, for which slot, under which fence. One datagram of JSON. */
export interface DeviceRequest {
  /** Names the request among those of one asker. */
  readonly q: number;
  readonly plugin: string;
  readonly fence: number;
  readonly slotAtMs: number;
}

/** The device's answer, to the same `q`. */
export interface DeviceAnswer {
  readonly q: number;
  readonly value: number;
}

/** The one right answer of a device for a slot, so that each stored value can be told right from wrong. */
export function knownValue(device: string, slotAtMs: number): number {
  return fnv1a(`${device} ${slotAtMs}`);
}
