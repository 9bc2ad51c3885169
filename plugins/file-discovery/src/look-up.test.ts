import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { absolutePath, findFiles } from "./find-files.js";
import { lookUp, type Source } from "./look-up.js";
import type { ParseOptions } from "./parse.js";
import { defaultLabelMap } from "./parse-targets.js";
import { readSourceFile } from "./read-file.js";

const options: ParseOptions = { format: "auto", map: defaultLabelMap, defaults: {} };
const { signal } = new AbortController();
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "ocelli-file-discovery-"));
  await mkdir(join(folder, "sites"));
  await writeFile(join(folder, "sites", "b.json"), '[{"id": "b"}]');
  await writeFile(join(folder, "sites", "a.json"), '[{"id": "a"}]');
  await writeFile(join(folder, "sites", ".hidden.json"), '[{"id": "hidden"}]');
  await writeFile(join(folder, "latin1.json"), Buffer.from('[{"id": "\xe4"}]', "latin1"));
});
afterAll(() => rm(folder, { recursive: true }));

function given(name: string, text: string): Source {
  return { name, read: () => Promise.resolve({ kind: "text", text }) };
}
const gone: Source = {
  name: "gone.json",
  read: () => Promise.resolve({ kind: "unread", status: "internal", reason: "there is no such file" }),
};

test("a source that cannot be read spoils the completeness and not the others", async () => {
  const looked = await lookUp([gone, given("good.json", '[{"id": "a"}]')], [], options, signal);
  expect(looked).toMatchObject({
    kind: "found",
    findings: [
      { kind: "bad", where: "gone.json", reason: "there is no such file" },
      { kind: "resource", resource: { id: "a" } },
    ],
  });
});

test.for([
  { why: "the only file is missing", sources: [gone], reason: "gone.json: there is no such file" },
  {
    why: "the only file is no JSON",
    sources: [given("x.json", "[\n {")],
    reason: /^x\.json:2:3: a key in double quotes is missing/,
  },
  { why: "every file fails", sources: [gone, given("y.json", "{")], reason: /^gone\.json: .*; y\.json:1:2: / },
])("the look-up fails as a whole where $why: never an empty answer", async ({ sources, reason }) => {
  const looked = await lookUp(sources, [], options, signal);
  expect(looked.kind).toBe("failed");
  expect(looked.kind === "failed" ? looked.reason : "").toMatch(reason);
});

test("a pattern that matches nothing is a failure too", async () => {
  const looked = await lookUp([], [{ name: "/x/*.json", reason: "no file matches" }], options, signal);
  expect(looked).toEqual({ kind: "failed", status: "internal", reason: "/x/*.json: no file matches" });
});

test("the same id with other facts is bad and the first one holds; the very same entry twice is not", async () => {
  const first = given("1.json", '[{"id": "a", "site": "x"},\n{"id": "a", "site": "x"}]');
  const second = given("2.json", '[{"id": "a", "site": "y"}]');
  expect(await lookUp([first, second], [], options, signal)).toMatchObject({
    kind: "found",
    findings: [
      { kind: "resource", resource: { id: "a", site: "x" } },
      { kind: "bad", where: "2.json:1", reason: 'the id "a" was already given at 1.json:1, which holds' },
    ],
  });
});

test("a thousand bad entries are counted, not all named", async () => {
  const text = JSON.stringify([...Array(1000).fill({ id: "" }), { id: "good" }]);
  const looked = await lookUp([given("x.json", text)], [], options, signal);
  const findings = looked.kind === "found" ? looked.findings : [];
  expect(findings).toHaveLength(52);
  expect(findings.at(-1)).toMatchObject({ kind: "bad", reason: "950 more entries are bad" });
  expect(findings).toContainEqual(expect.objectContaining({ kind: "resource" }));
});

test("a pattern finds files in order, without hidden ones", async () => {
  expect(await findFiles(join(folder, "si*", "*.json"))).toEqual({
    kind: "files",
    files: [join(folder, "sites", "a.json"), join(folder, "sites", "b.json")],
  });
  expect(await findFiles(join(folder, "*.csv"))).toEqual({ kind: "nothing", reason: "no file matches" });
});

test.for([
  {
    why: "a relative path counts from the plugin file's folder",
    path: "a/b.json",
    directory: "/etc/ocelli",
    want: "/etc/ocelli/a/b.json",
  },
  { why: "an absolute one stays", path: "/a.json", directory: "/etc/ocelli", want: "/a.json" },
  { why: "~ is the home directory", path: "~/a.json", directory: undefined, want: join(homedir(), "a.json") },
  { why: "a relative one without a folder means nothing", path: "a.json", directory: undefined, want: undefined },
])("$why", ({ path, directory, want }) => expect(absolutePath(path, directory)).toBe(want));

test.for([
  { why: "a file that is missing", file: "none.json", maxBytes: 100, reason: "there is no such file" },
  { why: "a folder", file: "sites", maxBytes: 100_000, reason: "it is a folder" },
  { why: "a file that is too large", file: "sites/a.json", maxBytes: 5, reason: "it has 13 bytes, at most 5 are read" },
  { why: "a file that is not UTF-8", file: "latin1.json", maxBytes: 100, reason: "it is not UTF-8" },
])("$why is not read", async ({ file, maxBytes, reason }) => {
  expect(await readSourceFile(join(folder, file), maxBytes, signal)).toEqual({
    kind: "unread",
    status: "internal",
    reason,
  });
});
