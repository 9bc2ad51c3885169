import { createLogger, loadConfig, runService, systemClock } from "@ocelli/runtime";
import { AgentConfig } from "./config.js";
import { runAgent } from "./run-agent.js";

const log = createLogger("agent", "info");

await runService(log, async (signal) => {
  const settings = await loadConfig(AgentConfig, { file: process.argv[2], environment: process.env });
  log.level = settings.log.level;
  await runAgent(settings, { clock: systemClock, random: Math.random, log }, signal);
});
