import { type ChildProcess, spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { eventually } from "@ocelli/test-kit";
import { cliMain } from "./paths.js";
import { familyOf, type ProcessInfo } from "./processes.js";
import { type Ended, ocelli } from "./run.js";
import { temporaryDirectory } from "./temporary-directory.js";

export interface UpOptions {
  readonly data?: string;
  readonly args?: readonly string[];
  readonly env?: Record<string, string>;
}

/** A line of the `jsonl` sink, as far as tests look at it. */
export interface StoredResult {
  readonly mesh: string;
  readonly position: number;
  readonly plugin: string;
  readonly kind: string;
  readonly resource?: { readonly id: string };
  readonly fence: number;
  readonly slot_at_ms: number;
  readonly started_at_ms: number;
  readonly finished_at_ms: number;
  readonly frequency_ms: number;
  readonly status: string;
  readonly groups: readonly {
    readonly name: string;
    readonly dimensions: Readonly<Record<string, string>>;
    readonly metrics: Readonly<Record<string, { readonly type: string; readonly value: number | string }>>;
  }[];
}

/** A real `ocelli up`, with everything below it. */
export class MeshProcess {
  readonly data: string;
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  stdout = "";
  stderr = "";

  constructor(data: string, child: ChildProcess) {
    this.data = data;
    this.child = child;
    child.stdout?.on("data", (chunk: Buffer) => {
      this.stdout += chunk.toString();
    });
    child.stderr?.on("data", (chunk: Buffer) => {
      this.stderr += chunk.toString();
    });
    this.ended = new Promise((resolve) =>
      child.once("close", (code) => resolve({ code, stdout: this.stdout, stderr: this.stderr })),
    );
  }

  /** Runs a verb of the command against this mesh. */
  ocelli(...args: string[]): Promise<Ended> {
    return ocelli(["--data", this.data, ...args]);
  }

  /** What a verb says as JSON. */
  async json<T>(...args: string[]): Promise<T> {
    const { stdout, stderr, code } = await this.ocelli("-o", "json", ...args);
    if (stdout.trim() === "") throw new Error(`ocelli ${args.join(" ")} ended with ${code}: ${stderr}`);
    return JSON.parse(stdout) as T;
  }

  family(): Promise<ProcessInfo[]> {
    return familyOf(this.child.pid ?? 0);
  }

  /** The processes whose command line holds `text`. */
  async processes(text: string): Promise<ProcessInfo[]> {
    return (await this.family()).filter(({ command }) => command.includes(text));
  }

  /** What the results file holds now, without a line that is being written. Whole numbers beyond 2^53 come as text. */
  async results(): Promise<StoredResult[]> {
    const text = await readFile(join(this.data, "results", "results.jsonl"), "utf8");
    return text
      .slice(0, text.lastIndexOf("\n") + 1)
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line.replace(/"value":(-?\d{16,})/g, '"value":"$1"')) as StoredResult);
  }

  /** What a service has logged so far. */
  log(service: "registry" | "scheduler" | "agent"): Promise<string> {
    return readFile(join(this.data, "log", `${service}.log`), "utf8");
  }

  async up(): Promise<void> {
    await eventually(() => {
      if (!this.stderr.includes("The mesh is up.")) throw new Error(`not up yet:\n${this.stderr}`);
    }, 60_000);
  }

  /** As Ctrl-C does. */
  async stop(): Promise<Ended> {
    if (this.child.exitCode === null) this.child.kill("SIGINT");
    return await this.ended;
  }
}

export async function startMesh(options: UpOptions = {}): Promise<MeshProcess> {
  const data = options.data ?? (await temporaryDirectory());
  const binary = process.env["OCELLI_TEST_NATS_SERVER"];
  const env = { ...process.env, ...(binary ? { OCELLI_NATS_SERVER: binary } : {}), ...options.env };
  const child = spawn(process.execPath, [cliMain, "--data", data, "up", ...(options.args ?? [])], {
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  return new MeshProcess(data, child);
}
