import { definePlugin, serve } from "@ocelli/plugin-sdk";
import { discover } from "./discover.js";
import { FileDiscoverySettings } from "./settings.js";

await serve(
  definePlugin({
    name: "file-discovery",
    version: "0.1.0",
    description: "Finds resources in JSON and CSV files and in Prometheus' file_sd and http_sd lists",
    settings: FileDiscoverySettings,
    discover,
    repeatIsHarmless: true,
  }),
);
