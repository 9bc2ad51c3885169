import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { inflateRawSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { vendorPy } from "./vendor-py.js";

const sdk = fileURLToPath(new URL("../../../plugin-sdk/python", import.meta.url));
let project: string;
beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), "ocelli-wheel-"));
});
afterAll(() => rm(project, { recursive: true }));

/** The files of a zip, by its directory. */
function unzip(bytes: Buffer): Map<string, Buffer> {
  const end = bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
  const files = new Map<string, Buffer>();
  let at = bytes.readUInt32LE(end + 16);
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left -= 1) {
    const nameLength = bytes.readUInt16LE(at + 28);
    const local = bytes.readUInt32LE(at + 42);
    const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    const packed = bytes.subarray(start, start + bytes.readUInt32LE(at + 20));
    files.set(bytes.toString("utf8", at + 46, at + 46 + nameLength), inflateRawSync(packed));
    at += 46 + nameLength;
  }
  return files;
}

test("the wheel holds the whole SDK with its types, says what it needs, and every file is recorded", async () => {
  await vendorPy(sdk, project);
  const [line = ""] = (await readFile(join(project, "vendor/requirements.txt"), "utf8")).split("\n");
  expect(line).toMatch(/^\.\/vendor\/ocelli-\d+\.\d+\.\d+-py3-none-any\.whl$/);
  const files = unzip(await readFile(join(project, line)));
  const names = [...files.keys()];
  for (const wanted of ["ocelli/__init__.py", "ocelli/py.typed", "ocelli/plugin/v1/polling_pb2.py"]) {
    expect(names).toContain(wanted);
  }
  expect(files.get("ocelli/__init__.py")).toEqual(await readFile(join(sdk, "src/ocelli/__init__.py")));
  const info = names.at(-1)?.replace("/RECORD", "") ?? "";
  const metadata = files.get(`${info}/METADATA`)?.toString();
  expect(metadata).toMatch(/^Requires-Python: >=3\.9$/m);
  expect(metadata).toMatch(/^Requires-Dist: grpcio>=/m);
  const recorded = files.get(`${info}/RECORD`)?.toString().trim().split("\n") ?? [];
  const wanted = [...files].slice(0, -1).map(([name, bytes]) => {
    return `${name},sha256=${createHash("sha256").update(bytes).digest("base64url")},${bytes.length}`;
  });
  expect(recorded).toEqual([...wanted, `${info}/RECORD,,`]);
});

test("the same SDK is the same wheel, byte by byte", async () => {
  await vendorPy(sdk, project);
  const path = join(project, (await readFile(join(project, "vendor/requirements.txt"), "utf8")).trim());
  const first = await readFile(path);
  await vendorPy(sdk, project);
  expect((await readFile(path)).equals(first)).toBe(true);
});
