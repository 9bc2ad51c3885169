import { createLogger, loadConfig, runService, systemClock } from "@ocelli/runtime";
import { SchedulerConfig } from "./config.js";
import { runScheduler } from "./run-scheduler.js";

const log = createLogger("scheduler", "info");

await runService(log, async (signal) => {
  const settings = await loadConfig(SchedulerConfig, { file: process.argv[2], environment: process.env });
  log.level = settings.log.level;
  await runScheduler(settings, { clock: systemClock, log }, signal);
});
