import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Diagnostic, testSettings } from "@ocelli/plugin-sdk";
import { afterAll, beforeAll, expect, test } from "vitest";
import { exec } from "./plugin.js";

let directory: string;

const files: Readonly<Record<string, string>> = {
  good: "#!/bin/sh\n",
  "no-run-bit": "#!/bin/sh\n",
  "no-first-line": "echo hello\n",
  "no-interpreter": "#!/opt/nowhere/ruby\n",
  "no-env": "#!/usr/bin/env nothing-of-this-name\n",
  carriage: "#!/bin/sh\r\necho\r\n",
  "windows.exe": "MZ\u0000\u0000",
  foreign: `\u007fELF\u0002\u0001${"\u0000".repeat(12)}\u0008\u0000`,
};

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "ocelli-exec-settings-"));
  for (const [name, text] of Object.entries(files)) {
    await writeFile(join(directory, name), text, "latin1");
    if (name !== "no-run-bit") await chmod(join(directory, name), 0o755);
  }
});

afterAll(() => rm(directory, { recursive: true }));

interface Given {
  readonly exec?: Readonly<Record<string, unknown>>;
  readonly environment?: Readonly<Record<string, string>>;
  readonly settings?: Readonly<Record<string, string>>;
  readonly secret?: Readonly<Record<string, string>>;
}

function check({ exec: own, ...sections }: Given): Promise<readonly Diagnostic[]> {
  return testSettings(exec, {
    exec: { command: "./good", format: "nagios", ...own },
    ...sections,
    ocelli: { directory },
  });
}

test.for<{ why: string; given: Given }>([
  { why: "a script of the plugin file's folder", given: {} },
  { why: "a program of the PATH", given: { exec: { command: "sh -c 'exit 0'" } } },
  { why: "a program by its whole path", given: { exec: { command: "/bin/sh" } } },
  { why: "a folder that comes from a reference", given: { exec: { directory: "***" } } },
  {
    why: "placeholders of every kind",
    given: {
      exec: { command: "./good {resource.id} {run.timeout_s} {settings.a}" },
      settings: { a: "1" },
      secret: { s: "x" },
      environment: { S: "{secret.s} {resource.metadata.x}" },
    },
  },
])("taken: $why", async ({ given }) => expect(await check(given)).toEqual([]));

// One row for each refusal: where it stands, what is said, what to do.
test.for<{ why: string; given: Given; path: string; says: string; todo?: string; severity?: string }>([
  {
    why: "an unknown key",
    given: { exec: { comand: "x" } },
    path: "/exec/comand",
    says: "unknown key comand",
    todo: "did you mean command?",
  },
  { why: "no format", given: { exec: { format: undefined } }, path: "/exec/format", says: "influx" },
  { why: "an unknown format", given: { exec: { format: "xml" } }, path: "/exec/format", says: "nagios" },
  { why: "an unknown mode", given: { exec: { mode: "always" } }, path: "/exec/mode", says: "per_run" },
  { why: "too little time", given: { exec: { timeout_s: 0 } }, path: "/exec/timeout_s", says: "0.05" },
  { why: "no programs at a time", given: { exec: { concurrency: 0 } }, path: "/exec/concurrency", says: "1" },
  {
    why: "a limit that is none",
    given: { exec: { max_output_bytes: 5 } },
    path: "/exec/max_output_bytes",
    says: "1024",
  },
  { why: "a kilobyte of its own", given: { exec: { kilobyte: 1_023 } }, path: "/exec/kilobyte", says: "Invalid" },
  {
    why: "a group that is no name",
    given: { exec: { group: "a-b" } },
    path: "/exec/group",
    says: "letters, digits and _",
  },
  {
    why: "a variable that is no name",
    given: { environment: { "A-B": "x" } },
    path: "/environment/A-B",
    says: "Invalid key",
  },
  {
    why: "an unknown placeholder",
    given: { exec: { command: "./good {resource.endpont}" } },
    path: "/exec/command",
    says: "column 8: {resource.endpont} is not known",
    todo: "did you mean {resource.endpoint}?",
  },
  {
    why: "an unknown placeholder in a variable",
    given: { environment: { A: "{settings.x}" } },
    path: "/environment/A",
    says: "column 1: {settings.x} is not known",
    todo: "section [settings] has no key x",
  },
  {
    why: "a quote without end",
    given: { exec: { command: "./good 'x" } },
    path: "/exec/command",
    says: "column 8: a quote is opened",
  },
  {
    why: "a shell's sign",
    given: { exec: { command: "./good > file" } },
    path: "/exec/command",
    says: "no shell reads the command: > would be an argument",
  },
  {
    why: "a shell's variable",
    given: { exec: { command: "./good $HOME" } },
    path: "/exec/command",
    says: "$HOME stays as it is",
    severity: "warning",
  },
  {
    why: "a program from a placeholder",
    given: { exec: { command: "{resource.id} x" } },
    path: "/exec/command",
    says: "the program itself cannot come from a placeholder",
  },
  {
    why: "a secret in an argument",
    given: { exec: { command: "./good -p {secret.p}" }, secret: { p: "x" } },
    path: "/exec/command",
    says: "{secret.p} in an argument can be read by everybody",
    todo: "hand it over in [environment]",
    severity: "warning",
  },
  {
    why: "a reference for a command",
    given: { exec: { command: "***" } },
    path: "/exec/command",
    says: "a template cannot come from a reference",
    todo: "[secret]",
  },
  {
    why: "a reference for a variable",
    given: { environment: { A: "***" } },
    path: "/environment/A",
    says: "a template cannot come from a reference",
    todo: "write {secret.KEY} here",
  },
  {
    why: "a resource at the start of a kept program",
    given: { exec: { command: "./good {resource.id}", mode: "kept" } },
    path: "/exec/command",
    says: "{resource.id} is not known when a kept program is started",
    todo: "in every request",
  },
  {
    why: "a resource in a variable of a kept program",
    given: { exec: { mode: "kept" }, environment: { A: "{resource.id}" } },
    path: "/environment/A",
    says: "{resource.id} is not known",
  },
  {
    why: "a program that is missing",
    given: { exec: { command: "./nothing" } },
    path: "/exec/command",
    says: "/nothing does not exist",
  },
  {
    why: "a program that is not on the PATH",
    given: { exec: { command: "nothing-of-this-name -x" } },
    path: "/exec/command",
    says: "nothing-of-this-name is not on the PATH",
    todo: "./nothing-of-this-name is the one",
  },
  { why: "a folder", given: { exec: { command: "/tmp" } }, path: "/exec/command", says: "/tmp is not a file" },
  {
    why: "no run bit",
    given: { exec: { command: "./no-run-bit" } },
    path: "/exec/command",
    says: "is not executable",
    todo: "run chmod +x",
  },
  {
    why: "no first line",
    given: { exec: { command: "./no-first-line" } },
    path: "/exec/command",
    says: "does not say what runs it",
    todo: "#!/bin/sh",
  },
  {
    why: "no interpreter",
    given: { exec: { command: "./no-interpreter" } },
    path: "/exec/command",
    says: "/opt/nowhere/ruby, is not on this machine",
    todo: "install it",
  },
  {
    why: "no interpreter for env",
    given: { exec: { command: "./no-env" } },
    path: "/exec/command",
    says: "nothing-of-this-name, is not on the PATH",
  },
  {
    why: "a carriage return in the first line",
    given: { exec: { command: "./carriage" } },
    path: "/exec/command",
    says: "ends in a carriage return",
    todo: "Unix line ends",
  },
  {
    why: "a program of another system",
    given: { exec: { command: "./windows.exe" } },
    path: "/exec/command",
    says: "is a Windows program",
  },
  {
    why: "a program of another machine",
    given: { exec: { command: "./foreign" } },
    path: "/exec/command",
    says: "is built for another kind of machine",
  },
  {
    why: "a folder to start in that is missing",
    given: { exec: { directory: "nowhere" } },
    path: "/exec/directory",
    says: "does not exist",
  },
])("refused: $why", async ({ given, path, says, todo = "", severity = "error" }) => {
  const diagnostics = (await check(given)).map((one) => ({ severity: "error", detail: "", ...one }));
  expect(diagnostics).toContainEqual({
    severity,
    path,
    summary: expect.stringContaining(says) as unknown,
    detail: expect.stringContaining(todo) as unknown,
  });
});

test("everything that is wrong comes at once", async () => {
  const given = { exec: { command: "./nothing {resource.nothing} | cat" }, environment: { A: "{x}" } };
  expect((await check(given)).map(({ path }) => path)).toEqual([
    "/exec/command",
    "/exec/command",
    "/environment/A",
    "/exec/command",
  ]);
});
