import { deviceOptions, deviceUsage } from "./device-options.js";
import { runDevices } from "./run-devices.js";

const options = deviceOptions(process.argv.slice(2));
if ("problem" in options) {
  process.stderr.write(`${options.problem}\n${deviceUsage}\n`);
  process.exit(2);
}

const stop = new AbortController();
process.on("SIGTERM", () => stop.abort());
process.on("SIGINT", () => stop.abort());
if (options.lifeline) process.stdin.on("end", () => stop.abort()).resume();

const devices = await runDevices(options);
process.stdout.write(`${JSON.stringify({ devices: devices.count, startedAtMs: devices.startedAtMs })}\n`);
if (!stop.signal.aborted) await new Promise((resolve) => stop.signal.addEventListener("abort", resolve));
await devices.close();
process.exit(0);
