import { definePlugin } from "@ocelli/plugin-sdk";
import { checkSettings } from "./check-settings.js";
import { poll } from "./poll.js";
import { ExecSettings } from "./settings.js";

export const exec = definePlugin({
  name: "exec",
  version: "0.1.0",
  description: "Runs any program or script and reads metrics from what it prints",
  settings: ExecSettings,
  validate: checkSettings,
  poll,
  // Each plugin has a limit of its own: one that waits for its programs holds up no other.
  concurrency: 1_000,
});
