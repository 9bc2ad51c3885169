export { type ConfigSources, loadConfig, type RawSettings } from "./load-config.js";
export { createLogger, type Logger, type LogLevel, logLevels } from "./logger.js";
export { exitCodes, runService } from "./run-service.js";
export { list, type SharedSettings, sharedSections, wholeNumber } from "./settings.js";
export { systemClock } from "./system-clock.js";
export { version } from "./version.js";
