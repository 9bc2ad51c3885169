import { definePlugin, serve } from "@ocelli/plugin-sdk";
import { poll } from "./poll.js";
import { HttpSettings } from "./settings.js";

await serve(
  definePlugin({
    name: "http",
    version: "0.1.0",
    description: "Checks web addresses: status, timings, content and the certificate's end",
    settings: HttpSettings,
    poll,
    typicalDurationMs: 300,
    repeatIsHarmless: true,
  }),
);
