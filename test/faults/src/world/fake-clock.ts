import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { putFile } from "@ocelli/test-kit";
import { fakeTimeLibrary } from "./tools.js";
import type { Warden } from "./warden.js";

/** What a service is started with so that its wall clock can be stepped later. Its monotonic clock stays true, and the modules
 *  it starts keep the machine's time. Begins without a step. */
export function fakeClockEnvironment(dir: string, service: string): Record<string, string> {
  const path = clockFile(dir, service);
  writeFileSync(path, "+0\n");
  return {
    LD_PRELOAD: fakeTimeLibrary(),
    FAKETIME_TIMESTAMP_FILE: path,
    FAKETIME_CACHE_DURATION: "1",
    FAKETIME_DONT_FAKE_MONOTONIC: "1",
    NO_FAKE_STAT: "1",
  };
}

/** The library shares memory under names of the process; where that is killed it stays behind. */
export function removeFakeClockMemory(pid: number, warden: Warden): void {
  for (const name of [`faketime_shm_${pid}`, `sem.faketime_sem_${pid}`]) {
    warden.atTheEnd({ kind: "folder", path: `/dev/shm/${name}` });
  }
}

/** Steps the wall clock of a service to so much beside the machine's. It notices within a second. */
export async function stepClock(dir: string, service: string, offsetMs: number): Promise<void> {
  const seconds = offsetMs / 1000;
  await putFile(clockFile(dir, service), `${seconds < 0 ? "" : "+"}${seconds}\n`);
}

function clockFile(dir: string, service: string): string {
  return join(dir, `clock-of-${service}`);
}
