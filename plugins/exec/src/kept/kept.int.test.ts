import { expect, test } from "vitest";
import { type Bench, bench, found, gone, logged, reaped } from "../testing/scripts.js";

/** Answers with its pid and what it was asked, whose id is `$id`. Does first what a request's metadata say. */
const keptScript = `#!/bin/sh
echo $$ >> pids
while read -r request; do
  id=\${request#*:}; id=\${id%%,*}
  case $request in
    *'"do":"stall"'*) sleep 100 ;;
    *'"do":"die"'*) echo "I cannot go on" >&2; exit 3 ;;
    *'"do":"mute"'*) exec sleep 100 ;;
    *'"do":"confuse"'*) id=99 ;;
    *'"do":"flood"'*) exec yes ;;
    *'"do":"fail"'*) printf '{"end": %s, "fault": {"status": "authentication", "message": "no"}}\\n' $id; continue ;;
  esac
  printf 'kept pid=%si,id=%si\\n{"end": %s}\\n' $$ $id $id
done
echo over >> over
`;

const settings = { exec: { command: "./kept", format: "influx", mode: "kept", concurrency: 1, kill_after_s: 0.1 } };

async function keptBench(): Promise<Bench> {
  const made = await bench();
  await made.script("kept", keptScript);
  return made;
}

const resource = (wish?: string): { id: string; metadata: Record<string, string> } => ({
  id: "r",
  metadata: wish === undefined ? {} : { do: wish },
});

/** The pid of the program that answered, and the number of the request. */
function whoAnswered(outcome: Parameters<typeof found>[0]): { pid: number; id: number } {
  expect(outcome.fault).toBeUndefined();
  const [pid, id] = outcome.groups[0]?.metrics.map(({ value }) => Number(value)) ?? [];
  return { pid: pid ?? 0, id: id ?? 0 };
}

test("one program answers one request after another", async () => {
  const { plugin, read } = await keptBench();
  const one = plugin(settings);
  const answers = [];
  for (let i = 0; i < 5; i += 1) answers.push(whoAnswered(await one.poll(resource())));
  expect(answers.map(({ id }) => id)).toEqual([1, 2, 3, 4, 5]);
  expect(new Set(answers.map(({ pid }) => String(pid)))).toEqual(new Set([await read("pids")]));
});

test("a request says everything that a run knows, on one line", async () => {
  const { script, poll, read } = await keptBench();
  await script(
    "kept",
    `#!/bin/sh\nread -r request\nprintf '%s\\n' "$request" > request\necho '{"name":"a","metrics":{"b":1}}'\necho '{"end": 1}'\ncat\n`,
  );
  const outcome = await poll(
    { exec: { ...settings.exec, format: "jsonl" }, settings: { depth: "3" } },
    { id: "r\n1", endpoint: "h:1", class: "c", metadata: { k: '"v"' }, parents: ["p"] },
    { slotAtMs: 5_000, frequencyMs: 60_000, deadlineMs: 30_000 },
  );
  expect(found(outcome)).toEqual(["a b=1"]);
  const text = await read("request");
  expect(text).toMatch(/^\{"id":1,/);
  const { deadline_ms: deadlineMs, ...request } = JSON.parse(text) as Record<string, unknown>;
  expect(request).toEqual({
    id: 1,
    plugin: "exec",
    resource: {
      id: "r\n1",
      site: "",
      class: "c",
      subclass: "",
      type: "",
      endpoint: "h:1",
      metadata: { k: '"v"' },
      parents: ["p"],
    },
    slot_at_ms: 5_000,
    frequency_ms: 60_000,
    settings: { depth: "3" },
  });
  expect(deadlineMs).toBeGreaterThan(20_000);
  expect(deadlineMs).toBeLessThan(30_000);
});

test("as many programs as there are runs at a time, up to the limit", async () => {
  const { plugin, read } = await keptBench();
  const two = plugin({ exec: { ...settings.exec, concurrency: 2 } });
  const outcomes = await Promise.all(Array.from({ length: 8 }, () => two.poll(resource())));
  expect(new Set(outcomes.map((one) => whoAnswered(one).pid)).size).toBe(2);
  expect((await read("pids")).split("\n")).toHaveLength(2);
});

test("a program that stalls is ended with its group, and the next run has another", async () => {
  const { plugin, read } = await keptBench();
  const one = plugin({ exec: { ...settings.exec, timeout_s: 2 } });
  const before = whoAnswered(await one.poll(resource()));
  expect((await one.poll(resource("stall"))).fault).toMatchObject({
    status: "timeout",
    message: "kept did not answer within 2.0 s and was ended",
  });
  await gone(before.pid);
  expect(whoAnswered(await one.poll(resource())).pid).not.toBe(before.pid);
  expect((await read("pids")).split("\n")).toHaveLength(2);
});

test("a program that dies is a fault with its last words, and is started again", async () => {
  const { plugin } = await keptBench();
  const one = plugin(settings);
  const before = whoAnswered(await one.poll(resource()));
  expect((await one.poll(resource("die"))).fault).toMatchObject({
    status: "internal",
    message: "kept ended with exit code 3 while it was asked: I cannot go on",
  });
  const after = whoAnswered(await one.poll(resource()));
  expect(after).toMatchObject({ id: 1 });
  expect(after.pid).not.toBe(before.pid);
});

test("a program that never answers is started less and less often, and the fault says when", async () => {
  const { script, plugin, read } = await keptBench();
  await script("kept", `#!/bin/sh\necho x >> starts\necho "no licence" >&2\nexit 1\n`);
  const one = plugin({ exec: { ...settings.exec, timeout_s: 1 } });
  const messages: string[] = [];
  // The pauses double from 0.5 s on: soon one is longer than a run may wait.
  while (!messages.at(-1)?.includes("in a row") && messages.length < 8) {
    messages.push((await one.poll(resource())).fault?.message ?? "");
  }
  expect(messages[0]).toBe("kept ended with exit code 1 while it was asked: no licence");
  expect(messages.at(-1)).toMatch(
    /^kept ended without an answer \d times? in a row, it is started again in [1-4] s: kept ended with exit code 1/,
  );
  expect((await read("starts")).split("\n")).toHaveLength(messages.length - 1);
});

test("a program that ends while nobody asks it is replaced without a fault", async () => {
  const { plugin } = await keptBench();
  const one = plugin(settings);
  const { pid } = whoAnswered(await one.poll(resource()));
  process.kill(pid, "SIGKILL");
  await reaped(pid);
  expect(whoAnswered(await one.poll(resource())).pid).not.toBe(pid);
});

test.for([
  { wish: "confuse", status: "internal", says: "kept was ended: it ended request 99 while 1 was asked" },
  { wish: "flood", status: "internal", says: "kept wrote more than 1048576 bytes to stdout and was ended" },
  { wish: "fail", status: "authentication", says: "no" },
])("a program that answers wrongly ($wish) is a fault", async ({ wish, status, says }) => {
  const { plugin } = await keptBench();
  const one = plugin(settings);
  expect((await one.poll(resource(wish))).fault).toMatchObject({
    status,
    message: expect.stringContaining(says) as unknown,
  });
  expect((await one.poll(resource())).fault).toBeUndefined();
});

test("a check that is kept says its state in the end line", async () => {
  const { script, poll } = await keptBench();
  await script("kept", `#!/bin/sh\nwhile read -r request; do echo "SLOW | a=2s"; echo '{"end": 1, "code": 2}'; done\n`);
  const outcome = await poll({ exec: { ...settings.exec, format: "nagios" } });
  expect(outcome.fault).toMatchObject({ status: "partial", message: "kept is critical: SLOW" });
  expect(found(outcome)).toEqual(["kept state=2", "kept a value_seconds=2"]);
});

test("what it says unasked is told, and harms no answer", async () => {
  const { script, plugin, read } = await keptBench();
  await script(
    "kept",
    `#!/bin/sh\nread -r a\nprintf 'm f=1\\n{"end": 1}\\nnoise\\n'\necho x > said\nread -r b\nprintf 'm f=2\\n{"end": 2}\\n'\ncat\n`,
  );
  const one = plugin(settings);
  const first = await one.poll(resource());
  expect(first.fault).toBeUndefined();
  expect(logged(first, "the program wrote without being asked")).toHaveLength(1);
  await read("said");
  expect(found(await one.poll(resource()))).toEqual(["m f=2"]);
});

test("new settings start new programs and end the old ones", async () => {
  const { plugin, read } = await keptBench();
  const before = whoAnswered(await plugin(settings).poll(resource()));
  const after = whoAnswered(await plugin(settings).poll(resource()));
  expect(after.pid).not.toBe(before.pid);
  await gone(before.pid);
  expect(await read("over")).toBe("over");
});
