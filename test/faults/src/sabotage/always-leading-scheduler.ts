import { createLogger, loadConfig, runService, systemClock } from "@ocelli/runtime";
import { SchedulerConfig } from "@ocelli/scheduler/config";
import { type RunDeps, runScheduler } from "@ocelli/scheduler/run-scheduler";

// A scheduler that believes all the time that it leads every partition: nobody else's lease is ever asked for. Everything else
// of it is what it always is, so that the guard has to hold by itself.
const log = createLogger("scheduler", "info");
let revision = 0;
const leasesOf: NonNullable<RunDeps["leasesOf"]> = () => ({
  get: async () => undefined,
  create: async () => ({ kind: "done", revision: ++revision }),
  update: async () => ({ kind: "done", revision: ++revision }),
  watch: async () => {},
});

await runService(log, async (signal) => {
  const settings = await loadConfig(SchedulerConfig, { file: undefined, environment: process.env });
  log.level = settings.log.level;
  await runScheduler(settings, { clock: systemClock, log, leasesOf }, signal);
});
