import { definePlugin, serve } from "@ocelli/plugin-sdk";
import { ping } from "./ping.js";
import { PingSettings } from "./settings.js";

await serve(
  definePlugin({
    name: "ping",
    version: "0.1.0",
    description: "Measures loss and round-trip times by ICMP (fping) or by TCP",
    settings: PingSettings,
    poll: ping,
    typicalDurationMs: 500,
    repeatIsHarmless: true,
  }),
);
