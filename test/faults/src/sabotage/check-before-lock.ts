import { judge } from "@ocelli/model";
import { newestRegister } from "./newest-register.js";
import { type GuardWrap, runSabotagedAgent } from "./sabotaged-agent.js";

const lookEveryMs = 20;
const lockWithinMs = 5_000;

/** An agent that works in the order of Panoptes: it looks whether the pair is due, then waits for the lock, and does not look
 *  again once it has it. */
const checkBeforeLock: GuardWrap = (guard, bus) => ({
  ...guard,
  async claim(...given) {
    const register = given.at(-2) as Parameters<typeof newestRegister>[1];
    const frequencyMs = Number(process.env["FAULTS_INTERVAL_MS"]);
    const seen = await newestRegister(bus, register);
    // While another run is on, the stamp that is looked at is that of the run before it.
    const isDue = !seen || seen.register.running || judge(seen, frequencyMs, bus.brokerNowMs()).kind === "open";
    if (!isDue) return { kind: "superseded" };
    const untilMs = performance.now() + lockWithinMs;
    while (performance.now() < untilMs) {
      const now = await newestRegister(bus, register);
      const verdict = judge(now, frequencyMs, bus.brokerNowMs());
      if (verdict.kind !== "running") {
        given[given.length - 1] = now?.revision ?? 0;
        const outcome = await guard.claim(...given);
        if (outcome.kind !== "superseded") return outcome;
      }
      await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
    }
    return { kind: "superseded" };
  },
});

await runSabotagedAgent(checkBeforeLock);
