import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { eventually } from "@ocelli/test-kit";
import { expect, test } from "vitest";
import { markedProcesses } from "./world/marked-processes.js";
import { ownProgram } from "./world/paths.js";

/** Runs the baseline as the command does, on any machine: nothing is judged here. */
const program = `
import { faults, runFault } from ${JSON.stringify(pathToFileURL(ownProgram("index.js")).href)};
const stop = new AbortController();
process.on("SIGINT", () => stop.abort(new Error("stopped")));
const say = (sentence) => process.stdout.write(sentence + "\\n");
await runFault(faults[0], { seed: 1, size: "quick", say }, stop.signal).catch(() => process.exit(130));
`;

/** Starts a world and ends the harness in the middle of it. Says what was there, and what is left. */
async function interrupt(signal: NodeJS.Signals) {
  const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let said = "";
  child.stdout.on("data", (chunk: Buffer) => {
    said += chunk.toString();
  });
  const [, mark = "", dir = ""] = await eventually(() => {
    const found = /world (\S+) in (\S+)/.exec(said);
    if (!found) throw new Error(`no world yet: ${said}`);
    return found;
  }, 30_000);
  // Services, devices, broker and the first modules are there.
  await eventually(() => expect(markedProcesses(mark).length).toBeGreaterThan(14), 60_000);
  const frozen = markedProcesses(mark).at(-1) ?? 0;
  process.kill(frozen, "SIGSTOP"); // what is frozen cannot end by itself
  child.kill(signal);
  await eventually(() => expect([markedProcesses(mark), existsSync(dir)]).toEqual([[], false]), 60_000);
}

test("Ctrl-C in the middle leaves no process and no file", () => interrupt("SIGINT"));

test("kill -9 of the harness leaves no process and no file", () => interrupt("SIGKILL"));
