import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, expect, test } from "vitest";

/** The built module: a process of its own cannot run the sources. */
const journal = new URL("../dist/journal.js", import.meta.url).href;
let folder: string;

/** Appends batches of ten records from the position in its third argument on, and says each that is stored. */
const writerSource = `
import { Journal } from "${journal}";
const [path, maxBytes, from] = process.argv.slice(2);
const base = { kind: "polling", plugin: "p", agentId: "a", pluginRevision: "r", status: "success", groups: [], sets: [] };
const journal = await Journal.open({ path, maxBytes: Number(maxBytes), keep: 100, gzip: false, lockWaitMs: 5000, onCompressError() {} });
for (let position = Number(from); position < Number(from) + 100_000; position += 10) {
  const records = Array.from({ length: 10 }, (_, index) => ({ mesh: "m", position: position + index, result: { ...base, fence: 1 } }));
  try {
    await journal.append(records);
    process.stdout.write("stored " + (position + 9) + "\\n");
  } catch (error) {
    process.stdout.write("failed " + error.message + "\\n");
    if (process.argv[5] === "stop") process.exit(1);
  }
}
`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "ocelli-jsonl-crash-"));
  await writeFile(join(folder, "writer.mjs"), writerSource);
});
afterAll(() => rm(folder, { recursive: true }));

function start(path: string, maxBytes: number, from: number, prefix = ""): ChildProcess {
  const command = `${prefix} exec "${process.execPath}" "${join(folder, "writer.mjs")}" "${path}" ${maxBytes} ${from}`;
  return spawn("/bin/sh", ["-c", prefix ? `${command} stop` : command], { stdio: ["ignore", "pipe", "inherit"] });
}

async function* linesOf(child: ChildProcess): AsyncGenerator<string> {
  if (child.stdout) yield* createInterface({ input: child.stdout });
}

async function storedPositions(path: string): Promise<number[]> {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const files = (await readdir(join(path, ".."))).filter((file) => file.startsWith(name));
  const numbers = files.map((file) => Number(file.slice(name.length + 1) || 0)).sort((a, b) => b - a);
  const texts = await Promise.all(numbers.map((number) => readFile(number === 0 ? path : `${path}.${number}`, "utf8")));
  const lines = texts.join("").split("\n").slice(0, -1);
  return lines.map((line) => (JSON.parse(line) as { position: number }).position);
}

test("killed in the middle of writing, again and again, every record is there once and in order", {
  timeout: 60_000,
}, async () => {
  const path = join(folder, "killed.jsonl");
  let acknowledged = 0;
  for (let life = 0; life < 6; life += 1) {
    // As after a crash of the host: what was not acknowledged comes again, and some of what was.
    const child = start(path, 20_000, Math.max(1, acknowledged - 19));
    let left = 10 + life * 7;
    for await (const line of linesOf(child)) {
      expect(line).toMatch(/^stored /);
      acknowledged = Number(line.slice(7));
      left -= 1;
      if (left === 0) child.kill("SIGKILL");
    }
    if (child.signalCode === null) await once(child, "exit");
    expect(child.signalCode).toBe("SIGKILL");
  }
  const last = start(path, 20_000, Math.max(1, acknowledged - 19));
  for await (const _ of linesOf(last)) break;
  last.kill("SIGKILL");
  await once(last, "exit");
  const { Journal } = await import("./journal.js");
  const journal = await Journal.open({
    path,
    maxBytes: 20_000,
    keep: 100,
    gzip: false,
    lockWaitMs: 5000,
    onCompressError: () => undefined,
  });
  await journal.close();

  const positions = await storedPositions(path);
  expect(positions.length).toBeGreaterThanOrEqual(acknowledged);
  expect(positions).toEqual(positions.map((_, index) => index + 1));
});

test("a file that may not grow fails the batch whole, and it is stored whole once there is room", {
  timeout: 60_000,
}, async () => {
  const path = join(folder, "full.jsonl");
  // The limit (in blocks of 512 bytes) ends in the middle of a line, as a full disk does.
  const child = start(path, 1_000_000, 1, "ulimit -f 9;");
  let acknowledged = 0;
  let failure = "";
  for await (const line of linesOf(child)) {
    if (line.startsWith("stored ")) acknowledged = Number(line.slice(7));
    else failure = line;
  }
  expect(failure).toMatch(/EFBIG/);
  expect(await storedPositions(path)).toEqual(Array.from({ length: acknowledged }, (_, index) => index + 1));
  const again = start(path, 1_000_000, Math.max(1, acknowledged - 9));
  for await (const line of linesOf(again)) {
    acknowledged = Number(line.slice(7));
    break;
  }
  again.kill("SIGKILL");
  await once(again, "exit");
  expect((await storedPositions(path)).slice(0, acknowledged)).toEqual(
    Array.from({ length: acknowledged }, (_, index) => index + 1),
  );
});
