import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { PluginFiles } from "./find-files.js";
import { fileMaxBytes, nodeFiles } from "./node-files.js";
import { type DirectoryOptions, readPluginDirectory } from "./plugin-directory.js";

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "plugin-directory-"));
});
afterEach(() => rmSync(root, { recursive: true }));

function plugin(name: string, frequency = "60"): string {
  return `[Core]\nName = ${name}\nModule = service:${name}\n[Documentation]\n[main]\nexecute_frequency = ${frequency}\n`;
}

function write(path: string, text: string | Uint8Array): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

async function read(options?: DirectoryOptions, folders = [root], disk = nodeFiles) {
  const { specs, refused, unreadable } = await readPluginDirectory(folders, undefined, disk, options);
  const short = (path: string): string => path.replaceAll(`${root}/`, "");
  return {
    specs: specs.map(({ name, file }) => `${name} ${short(file)}`),
    refused: refused.flatMap(({ name, file, problems }) =>
      problems.map((problem) => `${name ?? "?"} ${short(file)}:${problem.line} ${short(problem.message)}`),
    ),
    unreadable: unreadable.map(short),
  };
}

test("files of both extensions are found in all folders but hidden ones and node_modules, in order", async () => {
  write("b.ocelli-plugin", plugin("b"));
  write("a/deep/er/c.panoptes-plugin", plugin("c"));
  write("a.ocelli-plugin", plugin("a"));
  for (const path of [".git/x", "node_modules/m/x", "a/.hidden"]) write(`${path}.ocelli-plugin`, plugin(path));
  for (const path of ["notes.txt", "b.ocelli-plugin~", "b.ocelli-plugin.bak", ".ocelli-plugin"]) write(path, "?");
  expect(await read()).toEqual({
    specs: ["c a/deep/er/c.panoptes-plugin", "a a.ocelli-plugin", "b b.ocelli-plugin"],
    refused: [],
    unreadable: [],
  });
});

test("the second file of one name is refused and names the first with its line", async () => {
  write("1.ocelli-plugin", plugin("same"));
  write("2.ocelli-plugin", `; second\n${plugin("same")}`);
  expect(await read()).toMatchObject({
    specs: ["same 1.ocelli-plugin"],
    refused: ['same 2.ocelli-plugin:3 the name "same" is taken by 1.ocelli-plugin, line 2'],
  });
});

test("the file that holds a name keeps it when another comes before", async () => {
  write("1.ocelli-plugin", plugin("same"));
  write("2.ocelli-plugin", plugin("same"));
  const holders = new Map([["same", join(root, "2.ocelli-plugin")]]);
  expect(await read({ holders })).toMatchObject({
    specs: ["same 2.ocelli-plugin"],
    refused: ['same 1.ocelli-plugin:2 the name "same" is taken by 2.ocelli-plugin, line 2'],
  });
});

test("breaking the first file of a name does not put the second in its place", async () => {
  write("1.ocelli-plugin", plugin("same", "often"));
  write("2.ocelli-plugin", plugin("same"));
  const { specs, refused } = await read();
  expect(specs).toEqual([]);
  expect(refused).toHaveLength(2);
});

test("a file with problems is refused by its name and leaves the others alone", async () => {
  write("bad.ocelli-plugin", plugin("bad", "often"));
  write("good.ocelli-plugin", plugin("good"));
  expect(await read()).toMatchObject({
    specs: ["good good.ocelli-plugin"],
    refused: ['bad bad.ocelli-plugin:6 execute_frequency "often" is not a number of seconds, such as 60 or 0.5'],
  });
});

test.for([
  { why: "not UTF-8", bytes: new Uint8Array([0x5b, 0xe9, 0x5d]), want: "the file is not UTF-8 text" },
  {
    why: "too large",
    bytes: new Uint8Array(fileMaxBytes + 1).fill(59),
    want: `the file is ${fileMaxBytes + 1} bytes long; at most ${fileMaxBytes} are read`,
  },
])("a file that is $why is refused", async ({ bytes, want }) => {
  write("x.ocelli-plugin", bytes);
  expect((await read()).refused).toEqual([`? x.ocelli-plugin:0 ${want}`]);
});

test("links to files are followed, as they are how containers mount settings", async () => {
  write("..data/real", plugin("linked"));
  symlinkSync(join(root, "..data/real"), join(root, "x.ocelli-plugin"));
  expect((await read()).specs).toEqual(["linked x.ocelli-plugin"]);
});

test("a link that leads in a circle is followed once", async () => {
  write("sub/a.ocelli-plugin", plugin("a"));
  symlinkSync(root, join(root, "sub/up"));
  expect(await read()).toEqual({ specs: ["a sub/a.ocelli-plugin"], refused: [], unreadable: [] });
});

test("a link to nothing is refused", async () => {
  symlinkSync(join(root, "gone"), join(root, "x.ocelli-plugin"));
  expect((await read()).refused).toEqual(["? x.ocelli-plugin:0 is not a file that can be read"]);
});

test("a folder and one inside it are read once", async () => {
  write("sub/a.ocelli-plugin", plugin("a"));
  expect((await read({}, [root, join(root, "sub")])).specs).toEqual(["a sub/a.ocelli-plugin"]);
});

test("a folder that is not there is told, and is known to be unread", async () => {
  write("here/a.ocelli-plugin", plugin("a"));
  write("file", "");
  expect(
    await read(
      {},
      ["here", "missing", "file"].map((name) => join(root, name)),
    ),
  ).toEqual({
    specs: ["a here/a.ocelli-plugin"],
    refused: ["? missing:0 the folder does not exist", "? file:0 the folder is a file"],
    unreadable: ["missing", "file"],
  });
});

/** Root may read everything, so what may not be read is made up. */
function denying(path: string, code: string): PluginFiles {
  const deny = (asked: string): void => {
    if (asked.endsWith(path)) throw Object.assign(new Error("denied"), { code });
  };
  return {
    ...nodeFiles,
    list: async (folder) => {
      deny(folder);
      return nodeFiles.list(folder);
    },
    read: async (file) => {
      deny(file);
      return nodeFiles.read(file);
    },
  };
}

test.for([
  {
    why: "a folder below that may not be read",
    path: "/sub",
    code: "EACCES",
    refused: ["? sub:0 the folder may not be read"],
    unreadable: ["sub"],
  },
  {
    why: "a file that may not be read",
    path: "a.ocelli-plugin",
    code: "EACCES",
    refused: ["? sub/a.ocelli-plugin:0 the file may not be read"],
    unreadable: [],
  },
  { why: "a folder that is removed meanwhile", path: "/sub", code: "ENOENT", refused: [], unreadable: [] },
  { why: "a file that is removed meanwhile", path: "a.ocelli-plugin", code: "ENOENT", refused: [], unreadable: [] },
])("$why", async ({ path, code, refused, unreadable }) => {
  write("sub/a.ocelli-plugin", plugin("a"));
  expect(await read({}, [root], denying(path, code))).toEqual({ specs: [], refused, unreadable });
});
