import { systemClock } from "@ocelli/plugin-sdk";
import fc from "fast-check";
import { expect, test } from "vitest";
import { makeFifos } from "./program/make-fifos.js";
import { PipeSupply } from "./program/pipes.js";
import { startProgram } from "./program/program.js";
import { Warden } from "./program/warden.js";
import { memoryLog } from "./testing/memory-log.js";
import { bench, found, gone, logged } from "./testing/scripts.js";

test("a Nagios check: its state, its performance data, and what it says", async () => {
  const { script, poll } = await bench();
  await script("check_disk.sh", `#!/bin/sh\necho "DISK WARNING - $1 | /=81%;80;90"\nexit 1\n`);
  const outcome = await poll({ exec: { command: "./check_disk.sh {resource.host}", format: "nagios" } });
  expect(outcome.fault).toBeUndefined();
  expect(found(outcome)).toEqual([
    "check_disk state=1",
    "check_disk / value_percent=81",
    "check_disk / warning_low_percent=0",
    "check_disk / warning_high_percent=80",
    "check_disk / critical_low_percent=0",
    "check_disk / critical_high_percent=90",
  ]);
  expect(logged(outcome, "the check warns")).toEqual(["DISK WARNING - 10.0.0.1"]);
});

test.for([
  {
    why: "critical is partial, beside its data",
    script: 'echo "DOWN | a=1"; exit 2',
    status: "partial",
    says: "c is critical: DOWN",
    want: ["c state=2", "c a value=1"],
  },
  {
    why: "unknown is internal",
    script: 'echo "usage"; exit 3',
    status: "internal",
    says: "c does not know: usage",
    want: ["c state=3"],
  },
  {
    why: "another exit code is a fault with the last words",
    script: "echo oops >&2; exit 42",
    status: "internal",
    says: "c ended with exit code 42: oops",
    want: [],
  },
  {
    why: "an end by a signal is a fault",
    script: "kill -SEGV $$",
    status: "internal",
    says: "c was ended by SIGSEGV (it crashed)",
    want: [],
  },
  {
    why: "data that cannot be read is named by its place",
    script: 'echo "x | a=1 b=nan"',
    status: "partial",
    says: 'line 1, column 11 of the output of c: label "b": nan is not a value',
    want: ["c state=0", "c a value=1"],
  },
])("a check: $why", async ({ script: text, status, says, want }) => {
  const { script, poll } = await bench();
  await script("c", `#!/bin/sh\n${text}\n`);
  const outcome = await poll({ exec: { command: "./c", format: "nagios" } });
  expect(outcome.fault).toMatchObject({ status, message: expect.stringContaining(says) as unknown });
  expect(found(outcome)).toEqual(want);
});

test.for([
  { format: "influx", line: "m,a=b f=1i", want: ["m b f=1"] },
  { format: "openmetrics", line: 'f{a="b"} 1', want: ["c b f=1"] },
  { format: "jsonl", line: '{"name":"m","dimensions":{"a":"b"},"metrics":{"f":1}}', want: ["m b f=1"] },
])("$format: what is printed is found, though the program fails afterwards", async ({ format, line, want }) => {
  const { script, poll } = await bench();
  await script("c", `#!/bin/sh\ncat <<'EOF'\n${line}\nEOF\nexit $1\n`);
  const good = await poll({ exec: { command: "./c 0", format } });
  expect(good.fault).toBeUndefined();
  expect(found(good)).toEqual(want);
  const failed = await poll({ exec: { command: "./c 5", format } });
  expect(failed.fault).toMatchObject({ status: "partial", message: "c ended with exit code 5" });
  expect(found(failed)).toEqual(want);
});

test("a program that prints nothing has missing metrics", async () => {
  const { poll } = await bench();
  expect((await poll({ exec: { command: "true", format: "jsonl" } })).fault).toMatchObject({
    status: "missing_metrics",
    message: "true printed no metrics",
  });
});

test("JSON lines say themselves what is wrong", async () => {
  const { script, poll } = await bench();
  await script("c", `#!/bin/sh\necho '{"fault":{"status":"authentication","message":"who are you?"}}'\nexit 1\n`);
  expect((await poll({ exec: { command: "./c", format: "jsonl" } })).fault).toMatchObject({
    status: "authentication",
    origin: "credentials",
    message: "who are you?",
  });
});

test("the environment is what the plugin file says and no more", async () => {
  const { script, poll, read, directory } = await bench();
  await script(
    "c",
    `#!/bin/sh\nenv | grep -v -e ^PWD -e ^_= -e ^SHLVL -e ^OLDPWD | cut -d= -f1 | sort > names\necho "$GREETING|$TOKEN|$(pwd)" > values\necho\n`,
  );
  const outcome = await poll({
    exec: { command: "./c", format: "nagios" },
    environment: { GREETING: "{resource.id} 'is' here", TOKEN: "{secret.token}" },
    secret: { token: "s3cret {resource.id}" },
  });
  expect(found(outcome)).toEqual(["c state=0"]);
  const allowed = ["GREETING", "HOME", "LANG", "OCELLI_EXEC_MARK", "PATH", "TOKEN", "TZ"];
  for (const name of (await read("names")).split("\n")) expect(allowed).toContain(name);
  expect(await read("values")).toBe(`r-1 'is' here|s3cret {resource.id}|${directory}`);
});

test("a script may write to /dev/stderr and /dev/stdout, and stdin is empty", async () => {
  const { script, poll } = await bench();
  await script("c", `#!/bin/sh\ncat\necho hello > /dev/stderr\necho "fine|a=1" > /dev/stdout\n`);
  const outcome = await poll({ exec: { command: "./c", format: "nagios" } });
  expect(found(outcome)).toEqual(["c state=0", "c a value=1"]);
  expect(logged(outcome, "the program writes to stderr")).toEqual(["hello"]);
});

test("a value that would become an option, or is missing, starts nothing", async () => {
  const { script, poll, files } = await bench();
  await script("c", "#!/bin/sh\ntouch ran\n");
  const settings = { exec: { command: "./c {resource.endpoint} {resource.metadata.port}", format: "nagios" } };
  const outcome = await poll(settings, { id: "r", endpoint: "-oProxyCommand=x" });
  expect(outcome.fault?.message).toContain('{resource.endpoint} begins with "-"');
  expect(outcome.fault?.message).toContain("no value for {resource.metadata.port}");
  expect(await files()).toEqual(["c"]);
});

test("values arrive exactly as one argument and one variable each, whatever they hold", async () => {
  const pipes = new PipeSupply({ makeFifos, clock: systemClock });
  const supervision = { pipes, warden: new Warden(() => pipes.directory) };
  const nasty = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom("$(id)", "`id`", "; id", "a\nb", "'\"", "*", "\\", "é😀", ""),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(nasty, { minLength: 1, maxLength: 5 }), async (values) => {
      fc.pre(values.every((value) => !value.includes("\0")));
      const chunks: Uint8Array[] = [];
      const program = await startProgram(
        {
          path: "/bin/sh",
          args: ["-c", `printf '%s\\0' "$@" "$X"`, "sh", ...values],
          environment: { X: values.join("") },
          directory: "/",
          asks: false,
          onStdout: (chunk) => void chunks.push(chunk),
          onStderr: () => {},
        },
        supervision,
        memoryLog(),
      );
      expect(await program.ended).toMatchObject({ code: 0 });
      // What UTF-8 cannot tell is replaced, here as everywhere.
      expect(Buffer.concat(chunks)).toEqual(Buffer.from([...values, values.join(""), ""].join("\0")));
    }),
    { numRuns: 60 },
  );
  pipes.close();
});

test("a program that takes too long is ended with its grandchildren, also one that ignores SIGTERM", async () => {
  const { script, poll, read } = await bench();
  await script("stubborn", `#!/bin/sh\ntrap '' TERM\necho $$ > grandchild\nwhile :; do sleep 1; done\n`);
  await script("c", `#!/bin/sh\necho thinking >&2\n./stubborn &\nwait\n`);
  const outcome = await poll({ exec: { command: "./c", format: "nagios", timeout_s: 2, kill_after_s: 0.2 } });
  expect(outcome.fault).toMatchObject({
    status: "timeout",
    message: "c did not end within 2.0 s and was ended: thinking",
  });
  await gone(Number(await read("grandchild")));
});

test("a grandchild that left the group for a session of its own is ended as well", async () => {
  const { script, poll, read } = await bench();
  await script("far", `#!/bin/sh\ntrap '' TERM\necho $$ > far-away\nwhile :; do sleep 1; done\n`);
  await script("c", `#!/bin/sh\nsetsid ./far &\nsleep 60\n`);
  const outcome = await poll({ exec: { command: "./c", format: "nagios", timeout_s: 2, kill_after_s: 0.1 } });
  expect(outcome.fault?.status).toBe("timeout");
  await gone(Number(await read("far-away")));
});

test("a program that ends leaves nobody of its group behind, and is not waited for because of them", async () => {
  const { script, poll, read } = await bench();
  await script("c", `#!/bin/sh\nsleep 100 &\necho $! > background\necho "fine|a=1"\n`);
  const outcome = await poll({ exec: { command: "./c", format: "nagios" } });
  expect(found(outcome)).toEqual(["c state=0", "c a value=1"]);
  await gone(Number(await read("background")));
});

test("the deadline of the run leaves time to end the program and to say so", async () => {
  const { poll } = await bench();
  const startedAtMs = performance.now();
  const outcome = await poll({ exec: { command: "sleep 30", format: "nagios" } }, { id: "r" }, { deadlineMs: 3_000 });
  expect(outcome.fault?.message).toMatch(/^sleep did not end within [12]\.\d s and was ended$/);
  expect(performance.now() - startedAtMs).toBeLessThan(3_000);
});

test("a run that is cancelled ends its program", async () => {
  const { script, poll, read } = await bench();
  await script("c", `#!/bin/sh\necho $$ > pid\nexec sleep 100\n`);
  const cancel = new AbortController();
  const running = poll({ exec: { command: "./c", format: "nagios" } }, { id: "r" }, { signal: cancel.signal });
  const pid = Number(await read("pid"));
  cancel.abort();
  await running;
  await gone(pid);
});

test.for(["stdout", "stderr"] as const)("a flood on %s ends the program, and the log stays small", async (stream) => {
  const { script, poll } = await bench();
  await script("c", `#!/bin/sh\nexec yes "a line of some length" ${stream === "stderr" ? ">&2" : ""}\n`);
  const before = process.memoryUsage().rss;
  const outcome = await poll({ exec: { command: "./c", format: "jsonl", max_output_bytes: 4_000_000 } });
  expect(outcome.fault).toMatchObject({
    status: "internal",
    message: expect.stringContaining(`c wrote more than 4000000 bytes to ${stream} and was ended`) as unknown,
  });
  expect(outcome.log.length).toBeLessThan(150);
  expect(process.memoryUsage().rss - before).toBeLessThan(200_000_000);
});

test("no more programs at a time than allowed; who waits too long is told why", async () => {
  const { script, plugin } = await bench();
  await script("c", `#!/bin/sh\nmkdir lock || exit 9\nsleep 0.05\nrmdir lock\necho ok\n`);
  const one = plugin({ exec: { command: "./c", format: "nagios", concurrency: 1 } });
  const outcomes = await Promise.all(Array.from({ length: 5 }, (_, i) => one.poll({ id: `r-${i}` })));
  expect(outcomes.map(({ fault }) => fault)).toEqual(Array(5).fill(undefined));
  const slow = plugin({ exec: { command: "sleep 1", format: "nagios", concurrency: 1 } });
  const [, second] = await Promise.all([slow.poll({ id: "a" }), slow.poll({ id: "b" }, { deadlineMs: 500 })]);
  expect(second?.fault).toMatchObject({
    status: "timeout",
    origin: "plugin",
    message: "sleep: the one program was busy until the end of the run: raise [exec] concurrency",
  });
});

test("timeout_s is the program's: who waits for his turn has the whole run for it", async () => {
  const { plugin } = await bench();
  const slow = plugin({ exec: { command: "sleep 100", format: "nagios", concurrency: 1, timeout_s: 0.3 } });
  const outcomes = await Promise.all(["a", "b", "c"].map((id) => slow.poll({ id })));
  const late = "sleep did not end within 0.3 s and was ended";
  expect(outcomes.map(({ fault }) => fault?.message)).toEqual([late, late, late]);
});

test("a program that is missing at first is found once it is there", async () => {
  const { script, plugin } = await bench();
  const one = plugin({ exec: { command: "./c", format: "nagios" } });
  expect((await one.poll({ id: "r" })).fault?.message).toContain("/c does not exist");
  await script("c", "#!/bin/sh\necho fine\n");
  expect((await one.poll({ id: "r" })).fault).toBeUndefined();
});

test("what cannot be started says so", async () => {
  const { script, plugin, poll } = await bench();
  const long = { id: "r", metadata: { long: "x".repeat(3_000_000) } };
  expect(
    (await poll({ exec: { command: "echo {resource.metadata.long}", format: "jsonl" } }, long)).fault?.message,
  ).toBe("echo could not be started: its arguments and environment together are too large for this system");
  await script("c", "#!/bin/sh\necho\n");
  const kept = plugin({ exec: { command: "./c", format: "nagios" } });
  expect((await kept.poll({ id: "r" })).fault).toBeUndefined();
  await script("c", "#!/nowhere/sh\n");
  expect((await kept.poll({ id: "r" })).fault?.message).toContain("c could not be started: it, its interpreter");
});
