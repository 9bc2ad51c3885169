import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type FailedStart, startAdvice } from "./start-advice.js";

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "ocelli-advice-"));
  for (const name of ["bare", "listed", "new/vendor", "npm/node_modules"])
    await mkdir(join(root, name), { recursive: true });
  for (const list of ["listed", "new", "new/vendor"]) await writeFile(join(root, list, "requirements.txt"), "grpcio");
});
afterAll(() => rm(root, { recursive: true }));

const noGrpc = "exited with code 1; its last lines:\n  | ModuleNotFoundError: No module named 'grpc'";

interface Advised {
  readonly why: string;
  readonly folder: string;
  readonly python: string;
  readonly reason: string;
  readonly end?: NonNullable<FailedStart["end"]>;
  readonly says: RegExp;
}

const advised: readonly Advised[] = [
  {
    why: "a Python package goes into a virtual environment of its own, by the name pip knows",
    ...{ folder: "bare", python: "/usr/bin/python3", reason: noGrpc },
    says: /^In \S+bare: python3 -m venv \.venv && \.venv\/bin\/pip install grpcio\nIt ran with \/usr\/bin\/python3, for there is no \S+\.venv\.$/,
  },
  {
    why: "what a list names is installed by the list",
    ...{ folder: "listed", python: "/usr/bin/python3", reason: noGrpc },
    says: /\.venv\/bin\/pip install -r requirements\.txt\n/,
  },
  {
    why: "into the environment that it runs with",
    ...{ folder: "listed", python: ".venv/bin/python", reason: "No module named 'a.b'" },
    says: /^In \S+listed: \.venv\/bin\/pip install -r requirements\.txt$/,
  },
  {
    why: "our own SDK comes from where it lies: whoever has its name in a registry is somebody else",
    ...{ folder: "bare", python: "/usr/bin/python3", reason: "No module named 'ocelli'" },
    says: /&& \.venv\/bin\/pip install \/opt\/ocelli\/plugin-sdk\/python\n/,
  },
  {
    why: "our own SDK and what a list names",
    ...{ folder: "listed", python: ".venv/bin/python", reason: "No module named 'ocelli.state'" },
    says: /: \.venv\/bin\/pip install \/opt\/ocelli\/plugin-sdk\/python -r requirements\.txt$/,
  },
  {
    why: "our own SDK that a project brings along",
    ...{ folder: "new", python: ".venv/bin/python", reason: "No module named 'ocelli'" },
    says: /: \.venv\/bin\/pip install -r vendor\/requirements\.txt -r requirements\.txt$/,
  },
  {
    why: "an npm package is installed where there is no node_modules",
    ...{ folder: "bare", python: "node", reason: "Cannot find package 'zod' imported from x" },
    says: /^Run npm install in \S+bare: there is no node_modules\.$/,
  },
  {
    why: "or is added where there is one",
    ...{ folder: "npm", python: "node", reason: "Cannot find package 'zod' imported from x" },
    says: /if package\.json does not list zod, npm install zod\.$/,
  },
  {
    why: "a program that just ends did not serve",
    ...{ folder: "bare", python: "node", reason: "", end: { code: 0, signal: null, error: undefined } },
    says: /^The program came to its end: call serve/,
  },
];

test.for(advised)("$why", ({ folder, python, reason, end, says }) => {
  const place = join(root, folder);
  const argv = [python.startsWith(".venv") ? join(place, python) : python, "main"];
  const failure: FailedStart = { at: "process", reason, ...(end && { end }) };
  expect(startAdvice(failure, { folder: place, argv, pythonSdk: "/opt/ocelli/plugin-sdk/python" })).toMatch(says);
});
