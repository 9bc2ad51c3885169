import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startAdvice } from "./start-advice.js";

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "ocelli-advice-"));
  for (const name of ["bare", "listed", "npm/node_modules"]) await mkdir(join(root, name), { recursive: true });
  await writeFile(join(root, "listed/requirements.txt"), "grpcio");
});
afterAll(() => rm(root, { recursive: true }));

const noGrpc = "exited with code 1; its last lines:\n  | ModuleNotFoundError: No module named 'grpc'";

test.for([
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
    ...{ folder: "bare", python: "node", reason: "m.mjs exited with code 0 before it answered" },
    says: /^The program came to its end: call serve/,
  },
])("$why", ({ folder, python, reason, says }) => {
  const place = join(root, folder);
  const argv = [python.startsWith(".venv") ? join(place, python) : python, "main"];
  expect(startAdvice("process", reason, { folder: place, argv })).toMatch(says);
});
