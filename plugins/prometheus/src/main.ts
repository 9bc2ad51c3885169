import { definePlugin, serve } from "@ocelli/plugin-sdk";
import { PrometheusSettings } from "./settings.js";
import { openPrometheus } from "./sink.js";

await serve(
  definePlugin({
    name: "prometheus",
    version: "0.1.0",
    description: "Shows the newest values to Prometheus, as OpenMetrics or plain text",
    settings: PrometheusSettings,
    sink: { open: openPrometheus },
    repeatIsHarmless: true,
  }),
);
