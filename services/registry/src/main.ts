import { createLogger, loadConfig, runService, systemClock } from "@ocelli/runtime";
import { RegistryConfig } from "./config.js";
import { runRegistry } from "./run-registry.js";

const log = createLogger("registry", "info");

await runService(log, async (signal) => {
  const settings = await loadConfig(RegistryConfig, { file: process.argv[2], environment: process.env });
  log.level = settings.log.level;
  await runRegistry(settings, { clock: systemClock, log }, signal);
});
