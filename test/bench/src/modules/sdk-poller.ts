import { definePlugin, gauge, serve } from "@ocelli/plugin-sdk";
import { groups } from "./payload.js";
import { reportSettings } from "./sdk-settings.js";
import { Tally } from "./tally.js";

const tally = new Tally();

await serve(
  definePlugin({
    name: "bench-poller",
    version: "0.1.0",
    description: "Answers at once, for the bench.",
    settings: reportSettings,
    // The first that a module sees of its settings: its counts can be read before its first run.
    validate({ bench }) {
      tally.listen(bench.report);
      return [];
    },
    async poll(_, { slotAtMs }) {
      if (tally.samples) tally.late(Date.now() - slotAtMs);
      tally.add(1);
      return groups.map(({ name, dimensions, metrics }) => ({
        name,
        dimensions: Object.fromEntries(dimensions.map((dimension) => [dimension.name, dimension.value])),
        metrics: Object.fromEntries(metrics.map((metric) => [metric.name, gauge(metric.value.value)])),
      }));
    },
  }),
);
