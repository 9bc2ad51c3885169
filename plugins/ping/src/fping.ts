import { spawn } from "node:child_process";
import { access, constants } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { type FpingOutcome, readFping } from "./fping-output.js";
import type { PingPlan } from "./settings.js";

/** Where distributions put it, though PATH may not lead there. */
const usual = ["/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin", "/opt/homebrew/bin"];
const mostOutput = 65_536;

/** The program, or undefined where it is not installed. */
export async function findFping(path: string): Promise<string | undefined> {
  for (const folder of [...path.split(delimiter).filter((part) => part !== ""), ...usual]) {
    const file = join(folder, "fping");
    const runs = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (runs) return file;
  }
  return undefined;
}

/** Sends the probes by one process of fping. `host` must not begin with a hyphen. */
export async function runFping(
  program: string,
  host: string,
  { count, timeoutMs, intervalMs }: PingPlan,
  signal: AbortSignal,
): Promise<FpingOutcome> {
  const options = ["-q", "-C", count, "-t", Math.round(timeoutMs), "-p", intervalMs];
  const child = spawn(program, [...options.map(String), host], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { PATH: process.env["PATH"] ?? "", LC_ALL: "C" },
  });
  // However fping behaves, the run ends.
  const longestMs = (count - 1) * intervalMs + timeoutMs + 2000;
  const kill = (): void => void child.kill("SIGKILL");
  const timer = setTimeout(kill, longestMs);
  signal.addEventListener("abort", kill, { once: true });
  try {
    signal.throwIfAborted();
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8");
      stream.on("data", (text: string) => {
        output = (output + text).slice(-mostOutput);
      });
    }
    const exitCode = await new Promise<number | null>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", resolve);
    }).catch((error: Error) => {
      output = error.message;
      return null;
    });
    signal.throwIfAborted();
    return readFping(output, exitCode);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", kill);
    kill();
  }
}
