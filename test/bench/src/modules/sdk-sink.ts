import { definePlugin, serve } from "@ocelli/plugin-sdk";
import { reportSettings } from "./sdk-settings.js";
import { Tally } from "./tally.js";

const tally = new Tally();

await serve(
  definePlugin({
    name: "bench-sink",
    version: "0.1.0",
    description: "Stores nothing, for the bench.",
    settings: reportSettings,
    // The first that a module sees of its settings: its counts can be read before its first batch.
    validate({ bench }) {
      tally.listen(bench.report);
      return [];
    },
    sink: {
      async open() {
        return {
          async write(records) {
            tally.add(records.length);
          },
          async close() {},
        };
      },
    },
  }),
);
