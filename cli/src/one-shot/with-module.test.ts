import type { StartOutcome } from "@ocelli/module-host";
import { expect, test } from "vitest";
import { exitCodes } from "../exit-codes.js";
import { withModule } from "./with-module.js";

/** Starts a module that notes what is done to it. `abortAt` says when somebody presses Ctrl-C. */
async function used(abortAt?: "start" | "use", fails = false) {
  const done: string[] = [];
  const stop = new AbortController();
  const at = (place: "start" | "use"): void => {
    done.push(place);
    if (abortAt === place) stop.abort();
  };
  const module = {
    link: "its link",
    kill: async () => void done.push("kill"),
    stop: async (_graceMs: number, reason: string) => void done.push(`stop: ${reason}`),
  };
  const failed: StartOutcome = { kind: "failed", absent: false, at: "process", reason: "x exited with code 1" };
  const start = async () => {
    at("start");
    return fails ? failed : ({ kind: "up", module } as unknown as StartOutcome);
  };
  const use = (link: unknown) => {
    at("use");
    return link;
  };
  const wish = { start, use, endReason: "it was used", hint: "look closer" };
  const outcome = await withModule(wish, stop.signal).catch(({ code, message }) => ({ code, message }));
  return { done, outcome };
}

const interrupted = { code: exitCodes.interrupted, message: "" };

test.for([
  { why: "is used and ends in order", done: ["start", "use", "stop: it was used"], outcome: "its link" },
  {
    why: "that came up after Ctrl-C is ended at once, unused",
    abortAt: "start",
    done: ["start", "kill"],
    outcome: interrupted,
  },
  {
    why: "is ended at once where it is interrupted",
    abortAt: "use",
    done: ["start", "use", "kill"],
    outcome: interrupted,
  },
  {
    why: "that does not start says why",
    ...{ fails: true, done: ["start"] },
    outcome: { code: exitCodes.bad, message: "the module cannot be used: x exited with code 1\nlook closer" },
  },
  {
    why: "whose start was interrupted says nothing",
    abortAt: "start",
    fails: true,
    done: ["start"],
    outcome: interrupted,
  },
] as const)("a module $why", async (row) => {
  const { done, outcome } = await used("abortAt" in row ? row.abortAt : undefined, "fails" in row);
  expect({ done, outcome }).toEqual({ done: row.done, outcome: row.outcome });
});
