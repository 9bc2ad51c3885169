import { AgentConfig } from "@ocelli/agent/config";
import { type RunDeps, runAgent } from "@ocelli/agent/run-agent";
import { createLogger, loadConfig, runService, systemClock } from "@ocelli/runtime";

export type GuardWrap = NonNullable<RunDeps["guardOf"]>;

/** Runs an agent as its own main does, with a guard that is broken on purpose. */
export async function runSabotagedAgent(guardOf: GuardWrap): Promise<void> {
  const log = createLogger("agent", "info");
  await runService(log, async (signal) => {
    const settings = await loadConfig(AgentConfig, { file: undefined, environment: process.env });
    log.level = settings.log.level;
    await runAgent(settings, { clock: systemClock, random: Math.random, log, guardOf }, signal);
  });
}
