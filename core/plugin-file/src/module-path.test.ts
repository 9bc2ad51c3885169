import { expect, test } from "vitest";
import { resolveModule } from "./module-path.js";

test.for([
  {
    why: "a folder or file is taken as it is",
    written: "../mod",
    there: ["/etc/mod", "/etc/mod.js"],
    want: "/etc/mod",
  },
  { why: "an absolute path stays", written: "/opt/mod.py", there: ["/opt/mod.py"], want: "/opt/mod.py" },
  {
    why: "without its extension, .js is tried first",
    written: "mod",
    there: ["/etc/p/mod.py", "/etc/p/mod.js"],
    want: "/etc/p/mod.js",
  },
  { why: "then .mjs", written: "mod", there: ["/etc/p/mod.py", "/etc/p/mod.mjs"], want: "/etc/p/mod.mjs" },
  { why: "then .py", written: "mod", there: ["/etc/p/mod.py"], want: "/etc/p/mod.py" },
  { why: "a service is taken by its name", written: "service:snmp 2", there: [], want: "service:snmp 2" },
])("$why", ({ written, there, want }) => {
  const exists = (path: string): boolean => there.includes(path);
  expect(resolveModule(written, "/etc/p/a.ocelli-plugin", { exists, checkModule: true })).toEqual({ module: want });
});

test("where modules are not checked, one that is elsewhere is taken by its path", () => {
  const check = { exists: () => false, checkModule: false };
  expect(resolveModule("mod", "/etc/p/a.ocelli-plugin", check)).toEqual({ module: "/etc/p/mod" });
});
