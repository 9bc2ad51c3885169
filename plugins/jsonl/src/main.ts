import { definePlugin, serve } from "@ocelli/plugin-sdk";
import { JsonlSettings } from "./settings.js";
import { openJsonl } from "./sink.js";

await serve(
  definePlugin({
    name: "jsonl",
    version: "0.1.0",
    description: "Stores every result once, as a line of JSON in a file that rotates",
    settings: JsonlSettings,
    sink: { open: openJsonl },
    repeatIsHarmless: true,
  }),
);
