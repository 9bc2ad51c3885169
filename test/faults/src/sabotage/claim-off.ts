import { newestRegister } from "./newest-register.js";
import { type GuardWrap, runSabotagedAgent } from "./sabotaged-agent.js";

/** An agent whose claim is switched off: what the scheduler saw does not matter, whoever has a task gets the pair. */
const claimOff: GuardWrap = (guard, bus) => ({
  ...guard,
  async claim(...given) {
    for (;;) {
      const outcome = await guard.claim(...given);
      if (outcome.kind !== "superseded") return outcome;
      const register = given.at(-2) as Parameters<typeof newestRegister>[1];
      given[given.length - 1] = (await newestRegister(bus, register))?.revision ?? 0;
    }
  },
});

await runSabotagedAgent(claimOff);
