import { once } from "node:events";
import { closeSync, readdirSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { ManualClock } from "@ocelli/test-kit";
import { afterEach, expect, test, vi } from "vitest";
import { memoryLog } from "../testing/memory-log.js";
import { makeFifos } from "./make-fifos.js";
import { type Pipe, PipeSupply, type PipeSupplyDeps } from "./pipes.js";

const supplies: PipeSupply[] = [];

afterEach(() => {
  for (const supply of supplies.splice(0)) supply.close();
  vi.unstubAllEnvs();
});

function supplyOf(deps: Partial<PipeSupplyDeps> = {}): PipeSupply {
  const supply = new PipeSupply({ makeFifos, clock: new ManualClock(), ...deps });
  supplies.push(supply);
  return supply;
}

/** What comes out of a pipe that "hello" is written to. */
async function through(pipe: Pipe | undefined): Promise<string> {
  if (!pipe) return "no pipe";
  writeSync(pipe.writeFd, "hello");
  closeSync(pipe.writeFd);
  const chunks: Uint8Array[] = [];
  pipe.read.on("data", (chunk: Uint8Array) => void chunks.push(chunk));
  await once(pipe.read, "close");
  return Buffer.concat(chunks).toString();
}

test.for([
  {
    why: "their names",
    clean: (directory: string) => {
      for (const name of readdirSync(directory)) rmSync(join(directory, name));
    },
  },
  { why: "their folder", clean: (directory: string) => rmSync(directory, { recursive: true }) },
])("pipes are made anew where somebody cleaned away $why", async ({ clean }) => {
  const supply = supplyOf();
  const log = memoryLog();
  expect(await through(await supply.take(log))).toBe("hello");
  const { directory = "" } = supply;
  clean(directory);
  expect(await through(await supply.take(log))).toBe("hello");
  // The warden was told of this one.
  expect(supply.directory).toBe(directory);
  expect(log.messages).toEqual([]);
});

test("pipes that cannot be made are tried again after a while, and said once", async () => {
  const clock = new ManualClock();
  let isFull = true;
  let tries = 0;
  const supply = supplyOf({
    clock,
    makeFifos: (paths) => {
      tries += 1;
      return isFull ? Promise.reject(new Error("no space left")) : makeFifos(paths);
    },
  });
  const log = memoryLog();
  const take = async (): Promise<string> => through(await supply.take(log));
  expect([await take(), await take(), tries]).toEqual(["no pipe", "no pipe", 1]);
  await clock.advance(10_000);
  expect([await take(), tries]).toEqual(["no pipe", 2]);
  expect(log.messages).toEqual(["no pipes for programs: what writes to /dev/stdout or /dev/stderr fails"]);
  isFull = false;
  await clock.advance(10_000);
  expect([await take(), tries]).toEqual(["hello", 3]);
});

test("pipes that are gone as soon as they are made are done without", async () => {
  const supply = supplyOf({ makeFifos: () => Promise.resolve() });
  expect(await supply.take(memoryLog())).toBeUndefined();
});

test("a folder for temporary files that is not there is done without", async () => {
  vi.stubEnv("TMPDIR", "/nowhere");
  expect(await supplyOf().take(memoryLog())).toBeUndefined();
});

test.for([
  { why: "no mkfifo", path: "/nowhere", says: /^mkfifo is not on the PATH: install it$/ },
  { why: "no room for pipes", path: process.env["PATH"] ?? "", says: /^mkfifo: .*\/nowhere\/1/ },
])("the reason is one line: $why", async ({ path, says }) => {
  vi.stubEnv("PATH", path);
  await expect(makeFifos(["/nowhere/1", "/nowhere/2"])).rejects.toThrow(says);
});
