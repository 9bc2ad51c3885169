import { execFileSync } from "node:child_process";
import { rmdirSync, rmSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { markedProcesses, signalProcess } from "./marked-processes.js";
import type { Undo } from "./warden.js";

// Outlives the harness, however that ends, and leaves nothing of its world behind: no process, no cgroup, no rule, no file.
const mark = process.argv[2] ?? "";
const undos: Undo[] = [];
const triesMax = 100;
const betweenTriesMs = 50;

for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, () => {}); // its work is yet to come
createInterface({ input: process.stdin })
  .on("line", (line) => undos.push(JSON.parse(line) as Undo))
  .on("close", () => void cleanUp());

async function cleanUp(): Promise<void> {
  for (const undo of undos.reverse()) if (undo.kind !== "folder" && undo.kind !== "cgroup") attempt(() => run(undo));
  for (let i = 0; i < triesMax; i += 1) {
    const left = markedProcesses(mark);
    if (left.length === 0) break;
    for (const pid of left) signalProcess(pid, "SIGKILL");
    await new Promise((resolve) => setTimeout(resolve, betweenTriesMs));
  }
  for (const undo of undos) {
    for (let i = 0; i < triesMax && !attempt(() => run(undo)); i += 1) {
      await new Promise((resolve) => setTimeout(resolve, betweenTriesMs));
    }
  }
  process.exit(markedProcesses(mark).length === 0 ? 0 : 1);
}

function run(undo: Undo): void {
  switch (undo.kind) {
    case "folder":
      rmSync(undo.path, { recursive: true, force: true });
      break;
    case "cgroup":
      rmdirSync(undo.path);
      break;
    case "write":
      writeFileSync(undo.path, undo.text);
      break;
    case "command":
      execFileSync(undo.argv[0], undo.argv.slice(1), { stdio: "ignore" });
      break;
  }
}

/** True also where there was nothing left to undo. */
function attempt(work: () => void): boolean {
  try {
    work();
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "EBUSY";
  }
}
