import { randomBytes } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Case } from "../engine/case.js";
import { must, NotApplicable } from "../engine/verdict.js";
import { listening, privateDirectory } from "../launch/launch.js";
import { ModuleProcess } from "../launch/module-process.js";
import { markedProcesses, namesOf } from "../launch/processes.js";
import { kitLimits, meet } from "../launch/running-module.js";
import { callAny } from "../work/any-call.js";
import { Worker } from "../work/worker.js";
import { pause } from "./answers.js";
import { childOnly } from "./only.js";

/** A host that can be killed: starts a module as hosts do, and holds the other end of its stdin. */
const hostScript = `
const { argv, directory, line } = JSON.parse(process.argv[1]);
const { spawn } = require("node:child_process");
const stdio = ["pipe", "pipe", "pipe"];
const module = spawn(argv[0], argv.slice(1), { cwd: directory, detached: true, stdio });
module.on("error", () => process.exit(1));
module.stdout.resume();
module.stderr.resume();
module.stdin.write(line + "\\n");
setInterval(() => {}, 60000);
`;

const hostKilled: Case = {
  id: "life/host-killed",
  promise: "when its host is killed, the module and everything it started end by themselves",
  advice:
    "watch stdin for its end; start programs so that they end with you, and kill them (with their groups) when you exit",
  only: childOnly,
  needs: ["life/stdin-closed"],
  async run(trial) {
    const { host, timings, worker: shared } = trial;
    if (!host) throw new NotApplicable("the kit does not start this module");
    if ((await markedProcesses("none")) === undefined) {
      throw new NotApplicable("this system does not show which processes a module started");
    }
    const place = await privateDirectory();
    const socket = join(place, "s");
    const token = randomBytes(32).toString("base64url");
    const launchId = randomBytes(8).toString("hex");
    const line = JSON.stringify({ protocolMajors: [1], socket, token, launchId, limits: kitLimits });
    const plan = JSON.stringify({ ...host.command, line });
    const mark = `${host.run}-host-${launchId}`;
    const stand = { argv: [process.execPath, "-e", hostScript, plan], directory: host.command.directory } as const;
    const hostProcess = new ModuleProcess(stand, mark, {}, host.onLine);
    const giveUp = (): void => void hostProcess.kill();
    trial.signal.addEventListener("abort", giveUp, { once: true });
    try {
      await listening(`unix:${socket}`, timings.startMs, trial.signal);
      const parts = { mode: "child", target: `unix:${socket}`, token, joinToken: undefined, launchId } as const;
      const none = { process: undefined, registry: undefined, dispose: async () => {} };
      const module = await meet({ ...parts, limits: kitLimits, ...none }, timings, trial.signal);
      const worker = new Worker(module, trial.fixture, shared.knobs, timings);
      // Work first, so that whatever the module starts for it is there.
      const use = await worker.configure();
      await callAny(worker, trial.mainService(), use, { timeoutMs: timings.answerMs });
      const before = (await markedProcesses(mark)) ?? [];
      const startedAtMs = performance.now();
      process.kill(hostProcess.pid, "SIGKILL");
      await module.close();
      let left = before;
      while (left.length > 0 && performance.now() - startedAtMs < timings.exitMs) {
        await pause(25);
        left = (await markedProcesses(mark)) ?? [];
      }
      const tookMs = Math.round(performance.now() - startedAtMs);
      if (left.length > 0) must(false, `${tookMs} ms later there still were ${await namesOf(left)}`, "nothing is left");
      return `${before.length - 1} processes, all gone after ${tookMs} ms`;
    } finally {
      trial.signal.removeEventListener("abort", giveUp);
      await hostProcess.kill();
      await rm(place, { recursive: true, force: true });
    }
  },
};

export const hostKilledCases: readonly Case[] = [hostKilled];
