import { expect, test } from "vitest";
import type { Machine, ModuleFiles } from "./files.js";
import { resolveCommand } from "./resolve-command.js";

const machine: Machine = { nodePath: "/opt/node", searchPath: "/usr/bin", arch: "x64" };

interface Row {
  readonly why: string;
  readonly path: string;
  /** Text of each file; a name that ends in `*` has the run bit. */
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  readonly argv?: readonly string[];
  readonly says?: RegExp;
  readonly kind?: "absent" | "unusable";
}

function elf(machineNumber: number): Uint8Array {
  const head = new Uint8Array(64);
  head.set([0x7f, 0x45, 0x4c, 0x46, 2, 1]);
  head[18] = machineNumber;
  return head;
}

function filesOf(row: Row): ModuleFiles {
  const all = new Map(Object.entries(row.files).map(([name, body]) => [name.replace("*", ""), body]));
  const isFolder = (path: string): boolean => [...all.keys()].some((name) => name.startsWith(`${path}/`));
  const bytes = (path: string): Uint8Array => {
    const body = all.get(path) ?? "";
    return typeof body === "string" ? new TextEncoder().encode(body) : body;
  };
  return {
    look: async (path) => (all.has(path) ? "file" : isFolder(path) ? "folder" : "missing"),
    readText: async (path) => new TextDecoder().decode(bytes(path)),
    readHead: async (path, length) => bytes(path).subarray(0, length),
    canRun: async (path) => `${path}*` in row.files,
  };
}

const rows: readonly Row[] = [
  {
    why: "a folder is started by the main of its package.json",
    path: "/m",
    files: { "/m/package.json": '{"main":"dist/main.js"}', "/m/dist/main.js": "" },
    argv: ["/opt/node", "/m/dist/main.js"],
  },
  {
    why: "module.json wins over package.json, and its program is looked up on the PATH",
    path: "/m",
    files: {
      "/m/module.json": '{"command":["ruby","main.rb"]}',
      "/m/package.json": '{"main":"a.js"}',
      "/usr/bin/ruby*": "#!",
    },
    argv: ["/usr/bin/ruby", "main.rb"],
  },
  {
    why: "a program with a slash in module.json is taken from the folder",
    path: "/m",
    files: { "/m/module.json": '{"command":["./bin/run","-v"]}', "/m/bin/run*": elf(62) },
    argv: ["/m/bin/run", "-v"],
  },
  {
    why: "node of module.json is ours where PATH has none",
    path: "/m",
    files: { "/m/module.json": '{"command":["node","a.js"]}' },
    argv: ["/opt/node", "a.js"],
  },
  { why: "main.mjs starts a folder", path: "/m", files: { "/m/main.mjs": "" }, argv: ["/opt/node", "/m/main.mjs"] },
  {
    why: "main.py starts a folder with python3",
    path: "/m",
    files: { "/m/main.py": "", "/usr/bin/python3*": elf(62) },
    argv: ["/usr/bin/python3", "/m/main.py"],
  },
  {
    why: "the virtual environment beside a Python file wins over python3 on the PATH",
    path: "/m",
    files: { "/m/main.py": "", "/m/.venv/bin/python*": elf(62), "/usr/bin/python3*": elf(62) },
    argv: ["/m/.venv/bin/python", "/m/main.py"],
  },
  {
    why: "a Python file that is named itself finds the environment beside it too",
    path: "/m/poll.py",
    files: { "/m/poll.py": "", "/m/.venv/bin/python*": elf(62) },
    argv: ["/m/.venv/bin/python", "/m/poll.py"],
  },
  { why: "an executable main starts a folder", path: "/m", files: { "/m/main*": elf(62) }, argv: ["/m/main"] },
  { why: "a JavaScript file runs with node", path: "/m.js", files: { "/m.js": "" }, argv: ["/opt/node", "/m.js"] },
  {
    why: "a script whose interpreter exists runs by itself",
    path: "/m/poll",
    files: { "/m/poll*": "#!/usr/bin/env -S python3 -u\n", "/usr/bin/env*": "", "/usr/bin/python3*": "" },
    argv: ["/m/poll"],
  },
  { why: "a path that is nowhere is absent", path: "/gone", files: {}, kind: "absent", says: /\/gone does not exist/ },
  {
    why: "a main that is not built says how to build it",
    path: "/m",
    files: { "/m/package.json": '{"main":"dist/main.js"}', "/m/src/main.ts": "" },
    says: /dist\/main\.js.* is not built: run npm run build/,
  },
  {
    why: "a package.json without main says so",
    path: "/m",
    files: { "/m/package.json": "{}" },
    says: /package\.json of \/m has no "main"/,
  },
  {
    why: "a package.json that is not JSON is named",
    path: "/m",
    files: { "/m/package.json": "{main" },
    says: /\/m\/package\.json cannot be read as JSON/,
  },
  {
    why: "an empty folder lists what would start it",
    path: "/m",
    files: { "/m/readme.md": "" },
    says: /\/m holds no module: one of module\.json/,
  },
  {
    why: "TypeScript source says what to do instead",
    path: "/m/main.ts",
    files: { "/m/main.ts": "" },
    says: /TypeScript source, which is not run as it is: build it/,
  },
  {
    why: "a folder of TypeScript source only says what to do instead",
    path: "/m",
    files: { "/m/src/main.ts": "" },
    says: /holds TypeScript source \(src\/main\.ts\) only: build it/,
  },
  {
    why: "no run bit says chmod",
    path: "/m/poll",
    files: { "/m/poll": "#!/bin/sh\n" },
    says: /run chmod \+x \/m\/poll/,
  },
  {
    why: "a missing interpreter is named",
    path: "/m/poll",
    files: { "/m/poll*": "#!/opt/ruby3\n" },
    says: /interpreter of \/m\/poll, \/opt\/ruby3, is not on this machine/,
  },
  {
    why: "an interpreter that env does not find is named",
    path: "/m/poll",
    files: { "/m/poll*": "#!/usr/bin/env ruby\n", "/usr/bin/env*": "" },
    says: /interpreter of \/m\/poll, ruby, is not on the PATH/,
  },
  {
    why: "a first line with a carriage return is told apart from a missing interpreter",
    path: "/m/poll",
    files: { "/m/poll*": "#!/bin/sh\r\n", "/bin/sh*": "" },
    says: /carriage return.*Unix line ends/,
  },
  {
    why: "a program for another architecture names both",
    path: "/m/poll",
    files: { "/m/poll*": elf(183) },
    says: /built for arm64, and this machine is x64/,
  },
  {
    why: "a Windows program is recognised",
    path: "/m/poll.exe",
    files: { "/m/poll.exe*": "MZ\u0000\u0000" },
    says: /is a Windows program/,
  },
  {
    why: "a script without interpreter says how to begin it",
    path: "/m/poll",
    files: { "/m/poll*": "echo hi" },
    says: /begin it with a line such as #!/,
  },
  {
    why: "python3 that is not there is named",
    path: "/m.py",
    files: { "/m.py": "" },
    says: /needs python3, which is not/,
  },
  {
    why: "a virtual environment without its Python says how to make it anew",
    path: "/m",
    files: { "/m/main.py": "", "/m/.venv/pyvenv.cfg": "", "/usr/bin/python3*": elf(62) },
    says: /\/m\/\.venv has no working bin\/python: make it anew: python3 -m venv --clear \/m\/\.venv/,
  },
  {
    why: "a Go program that is not built says how to build it",
    path: "/m",
    files: { "/m/module.json": '{"command":["./bin/poller"]}', "/m/go.mod": "module poller" },
    says: /\/m\/bin\/poller, which module\.json of \/m names, is not built: run go build -o bin\/poller \. there/,
  },
  {
    why: "a folder of Go source only says what to do instead",
    path: "/m",
    files: { "/m/go.mod": "module poller", "/m/main.go": "" },
    says: /holds Go source only: build it with go build -o bin\/m \., and name it in a module\.json: \{"command": \["\.\/bin\/m"\]\}/,
  },
  {
    why: "a module.json without command shows one",
    path: "/m",
    files: { "/m/module.json": '{"cmd":1}' },
    says: /needs "command", a list of texts/,
  },
  {
    why: "a program of module.json that is not installed is named",
    path: "/m",
    files: { "/m/module.json": '{"command":["ruby"]}' },
    says: /ruby, which module\.json of \/m names, is not on the PATH/,
  },
];

test.for(rows)("$why", async (row) => {
  const outcome = await resolveCommand(row.path, filesOf(row), machine);
  if (row.argv) expect(outcome).toMatchObject({ kind: "command", argv: row.argv });
  else {
    expect(outcome.kind).toBe(row.kind ?? "unusable");
    expect(outcome).toHaveProperty("reason", expect.stringMatching(row.says ?? /never/));
  }
});
