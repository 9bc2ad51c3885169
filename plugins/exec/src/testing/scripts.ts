import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type FoundResource, type TestedPlugin, type TestOutcome, type TestRun, testPlugin } from "@ocelli/plugin-sdk";
import { afterEach } from "vitest";
import { exec } from "../plugin.js";

const directories: string[] = [];

afterEach(async () => {
  for (const directory of directories.splice(0)) await rm(directory, { recursive: true, force: true });
});

export type Outcome = Awaited<ReturnType<TestedPlugin["poll"]>>;

export interface Bench {
  readonly directory: string;
  /** Writes an executable file. */
  script(name: string, text: string): Promise<void>;
  /** Runs a plugin with these settings against a resource. */
  poll(settings: Settings, resource?: FoundResource, run?: TestRun): Promise<Outcome>;
  /** The same plugin with the same settings, for several runs. */
  plugin(settings: Settings): Plugin;
  files(): Promise<string[]>;
  /** What a script has written to a file, once it is there. */
  read(name: string): Promise<string>;
}

type Plugin = Pick<TestedPlugin, "poll">;

/** A machine that does much else at the same time is slow to start programs. */
const patience = { deadlineMs: 20_000 };

export interface Settings {
  readonly exec: Readonly<Record<string, unknown>>;
  readonly environment?: Readonly<Record<string, string>>;
  readonly settings?: Readonly<Record<string, string>>;
  readonly secret?: Readonly<Record<string, string>>;
}

const anyone = { id: "r-1", endpoint: "10.0.0.1:161" };

/** A folder of its own for the scripts of a test. */
export async function bench(): Promise<Bench> {
  const directory = await mkdtemp(join(tmpdir(), "ocelli-exec-test-"));
  directories.push(directory);
  const plugin = (settings: Settings): Plugin => {
    const tested = testPlugin(exec, { ...settings, ocelli: { directory } });
    return { poll: (resource, run) => tested.poll(resource, { ...patience, ...run }) };
  };
  return {
    directory,
    async script(name, text) {
      await writeFile(join(directory, name), text);
      await chmod(join(directory, name), 0o755);
    },
    poll: (settings, resource = anyone, run = {}) => plugin(settings).poll(resource, run),
    plugin,
    files: () => readdir(directory),
    async read(name) {
      for (;;) {
        const text = await readFile(join(directory, name), "utf8").catch(() => "");
        if (text.endsWith("\n")) return text.trim();
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
  };
}

/** Resolves when a process is gone. The test's own time limit ends the wait. */
export async function gone(pid: number): Promise<void> {
  while (await isRunning(pid)) await new Promise((resolve) => setTimeout(resolve, 10));
}

/** Resolves when a child of this process is gone and this process knows. */
export async function reaped(pid: number): Promise<void> {
  while ((await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "")) !== "") {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Zombies, which whoever adopted them has not looked at yet, do not run. */
async function isRunning(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  const [state] = stat.slice(stat.lastIndexOf(")") + 2);
  return state !== undefined && state !== "Z" && state !== "X";
}

/** `group{label} metric=value`, for what a run found. */
export function found({ groups }: Outcome): string[] {
  return groups.flatMap(({ name, dimensions, metrics }) =>
    metrics.map((one) => `${[name, ...dimensions.map(({ value }) => value)].join(" ")} ${one.name}=${one.value}`),
  );
}

/** Lines of the log of a run with what they carry. */
export function logged({ log }: TestOutcome, message: string): unknown[] {
  return log.filter(({ msg }) => msg === message).map(({ line, text }) => line ?? text);
}
