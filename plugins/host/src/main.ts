import { definePlugin, serve } from "@ocelli/plugin-sdk";
import { discover } from "./discover.js";
import { poll } from "./poll.js";
import { HostSettings } from "./settings.js";

await serve(
  definePlugin({
    name: "host",
    version: "0.1.0",
    description: "Finds and reads the machine it runs on: cpu, memory, disks, network",
    settings: HostSettings,
    discover,
    poll,
    emitsResourceTypes: ["linux", "darwin", "windows"],
    typicalDurationMs: 50,
    repeatIsHarmless: true,
  }),
);
