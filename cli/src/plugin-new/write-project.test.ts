import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { folderProblem, writeProject } from "./write-project.js";

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "ocelli-project-"));
  await mkdir(join(root, "empty"));
  await writeFile(join(root, "file"), "");
});
afterAll(() => rm(root, { recursive: true }));

test.for([
  { why: "is not there", name: "new", says: undefined },
  { why: "is empty", name: "empty", says: undefined },
  { why: "holds something", name: ".", says: /is not empty: name another with --dir/ },
  { why: "is a file", name: "file", says: /is a file: name a folder/ },
  { why: "is below a file", name: "file/x", says: /is a file: name a folder/ },
])("a folder that $why", async ({ name, says }) => {
  const problem = await folderProblem(join(root, name));
  if (says) expect(problem).toMatch(says);
  else expect(problem).toBeUndefined();
});

const files = [{ path: "src/a.txt", bytes: Buffer.from("a"), runs: false }];

test.for(["fresh", "empty"])("it is written whole into %s", async (name) => {
  const vendor = (dir: string): Promise<void> => writeFile(join(dir, "sdk"), "sdk");
  await writeProject(join(root, name), files, vendor);
  expect((await readdir(join(root, name))).toSorted()).toEqual(["sdk", "src"]);
  expect(await readFile(join(root, name, "src/a.txt"), "utf8")).toBe("a");
});

test("where the SDK does not get in, nothing is left behind", async () => {
  const before = await readdir(root);
  const broken = async (): Promise<void> => {
    throw new Error("no SDK");
  };
  await expect(writeProject(join(root, "half"), files, broken)).rejects.toThrow("no SDK");
  expect(await readdir(root)).toEqual(before);
});

test("a place that cannot be written is named", async () => {
  const below = join(root, "file", "x");
  await expect(writeProject(below, files, async () => {})).rejects.toMatchObject({
    code: 2,
    message: expect.stringContaining(`${below} cannot be written`),
  });
});
