import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type FindOptions, search } from "./find.js";
import type { Pins } from "./pins.js";
import type { Found } from "./place.js";
import { runCommand } from "./run-command.js";

// Real files and real child processes; only the network is made up.
let box: string;
beforeEach(() => {
  box = mkdtempSync(join(tmpdir(), "ocelli-find-"));
});
afterEach(() => rmSync(box, { recursive: true, force: true }));

const says = (version: string): string => `echo 'nats-server: v${version}'`;
const goThatBuilds = (version: string): string =>
  `[ "$1" = env ] && { echo sum.golang.org; exit 0; }
echo '#!/bin/sh\n${says(version)}' > "$GOBIN/nats-server" && chmod +x "$GOBIN/nats-server"`;
const dockerThatHasIt = 'case "$1" in version) echo 27.0 ;; image) exit 0 ;; *) exit 1 ;; esac';

interface Machine {
  /** Commands on PATH: name → shell script. */
  path?: Record<string, string>;
  cached?: string[];
  /** Version of the server in the release archive. */
  release?: string;
  sum?: "right" | "wrong" | "none";
}

async function look(machine: Machine, options: FindOptions = {}): Promise<Found> {
  const bin = join(box, "bin");
  mkdirSync(bin);
  for (const [name, script] of Object.entries(machine.path ?? {})) command(join(bin, name), script);
  for (const version of machine.cached ?? []) {
    command(join(box, "cache", "nats-server", version, "nats-server"), says(version));
  }
  const archive = machine.release === undefined ? undefined : releaseArchive(machine.release);
  const sha256 = createHash("sha256")
    .update(archive ?? "")
    .digest("hex");
  const sum = machine.sum === "wrong" ? "0".repeat(64) : sha256;
  const pins: Pins = {
    releaseVersion: "2.15.0",
    sha256: machine.sum === "none" ? {} : { "linux-amd64": sum },
    goVersion: "2.15.2",
    dockerVersion: "2.15.0",
  };
  // The commands of the system (tar, chmod) stay reachable for scripts, but no nats-server, go or docker of it.
  const env = { PATH: bin, OCELLI_CACHE: join(box, "cache") };
  return search(
    {
      pins,
      world: {
        ...{ env, platform: "linux", arch: "x64", homeDir: box },
        run: (name, args, runOptions, signal) => {
          const own = name.includes("/") || name === "tar" ? name : join(bin, name);
          return runCommand(
            own,
            args,
            { ...runOptions, env: { ...runOptions.env, PATH: process.env["PATH"] } },
            signal,
          );
        },
        fetch: async () => {
          if (!archive) throw new TypeError("fetch failed", { cause: new Error("getaddrinfo ENOTFOUND github.com") });
          return new Response(new Uint8Array(archive));
        },
      },
    },
    options,
  );
}

function command(file: string, script: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
}

function releaseArchive(version: string): Buffer {
  const stem = "nats-server-v2.15.0-linux-amd64";
  command(join(box, "made", stem, "nats-server"), says(version));
  execFileSync("tar", ["-czf", join(box, "made.tar.gz"), "-C", join(box, "made"), stem]);
  return readFileSync(join(box, "made.tar.gz"));
}

describe("the first place that has one wins", () => {
  test.for([
    {
      why: "PATH comes before the cache",
      machine: { path: { "nats-server": says("2.11.0") }, cached: ["2.15.2"] },
      want: ["path", "2.11.0"],
    },
    {
      why: "one on PATH that is too old is passed by",
      machine: { path: { "nats-server": says("2.9.9") }, cached: ["2.15.2"] },
      want: ["cache", "2.15.2"],
    },
    {
      why: "one on PATH that is broken is passed by",
      machine: { path: { "nats-server": "exit 127" }, cached: ["2.15.2"] },
      want: ["cache", "2.15.2"],
    },
    {
      why: "a test may ask for a newer one than PATH has",
      machine: { path: { "nats-server": says("2.9.10") }, cached: ["2.15.2"] },
      options: { minVersion: "2.12.0" },
      want: ["cache", "2.15.2"],
    },
    {
      why: "the newest of the cache is taken",
      machine: { cached: ["2.9.10", "2.15.0", "2.15.2"] },
      want: ["cache", "2.15.2"],
    },
    {
      why: "the release is fetched when nothing is there",
      machine: { release: "2.15.0" },
      want: ["release", "2.15.0"],
    },
    {
      why: "go builds it when GitHub cannot be reached",
      machine: { path: { go: goThatBuilds("2.15.2") } },
      want: ["go", "2.15.2"],
    },
    {
      why: "go builds it when no checksum is known",
      machine: { release: "2.15.0", sum: "none", path: { go: goThatBuilds("2.15.2") } },
      want: ["go", "2.15.2"],
    },
    { why: "Docker is the last resort", machine: { path: { docker: dockerThatHasIt } }, want: ["docker", "2.15.0"] },
  ] satisfies { why: string; machine: Machine; options?: FindOptions; want: string[] }[])("$why", async (row) => {
    const found = await look(row.machine, row.options);
    expect([found.kind === "binary" ? found.origin : found.kind, found.kind === "url" ? "" : found.version]).toEqual(
      row.want,
    );
  });
});

test("a URL is taken without looking at the machine", async () => {
  expect(await look({}, { url: "nats://broker:4222" })).toEqual({ kind: "url", url: "nats://broker:4222" });
});

test("a given binary that is too old is refused, and no other is used instead", async () => {
  command(join(box, "mine"), says("2.9.9"));
  const machine = { path: { "nats-server": says("2.15.2") } };
  await expect(look(machine, { binary: join(box, "mine") })).rejects.toThrow(/mine is 2\.9\.9, and at least 2\.9\.10/);
});

test("a download with another checksum is refused and leaves nothing behind", async () => {
  await expect(look({ release: "2.15.0", sum: "wrong" })).rejects.toThrow(
    /instead of 0{64}: refused, nothing was unpacked/,
  );
  expect(readdirSync(join(box, "cache", "nats-server"))).toEqual([]);
});

test("what was fetched is whole in the cache, and the folder it was fetched into is gone", async () => {
  await look({ release: "2.15.0" });
  expect(readdirSync(join(box, "cache", "nats-server"))).toEqual(["2.15.0"]);
  expect(existsSync(join(box, "cache", "nats-server", "2.15.0", "nats-server"))).toBe(true);
});

test("go is not trusted when its checksum database is off", async () => {
  await expect(look({ path: { go: "echo off" } })).rejects.toThrow(/Go module: GOSUMDB is off/);
});

test("when every place fails, each is named with its reason, and what to do is said", async () => {
  const machine: Machine = {
    path: {
      "nats-server": says("2.8.4"),
      go: '[ "$1" = env ] || { echo "dial tcp: no route to host" >&2; exit 1; }',
      docker: "echo 'Cannot connect to the Docker daemon' >&2; exit 1",
    },
    cached: ["2.1.0"],
  };
  const message = await look(machine).catch((error: Error) => error.message);
  expect(message).toMatch(/PATH: .*nats-server is 2\.8\.4, and at least 2\.9\.10 is needed/);
  expect(message).toMatch(/cache: .* holds only 2\.1\.0/);
  expect(message).toMatch(/GitHub release: .* could not be downloaded: getaddrinfo ENOTFOUND/);
  expect(message).toMatch(/Go module: go install failed: dial tcp: no route to host/);
  expect(message).toMatch(/Docker: no daemon answers: Cannot connect/);
  expect(message).toMatch(/What to do: /);
});

test("a search that is cancelled ends, and go with it", async () => {
  const signal = AbortSignal.timeout(200);
  const hanging = runCommand("sh", ["-c", "sleep 60 & wait"], { timeoutMs: 60_000 }, signal);
  await expect(hanging).rejects.toThrow();
});
