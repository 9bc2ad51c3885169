// Answers each resource with two metrics at once. The echo beside it sends the same answer without the SDK.
import { counter, definePlugin, gauge, serve } from "@ocelli/plugin-sdk";

await serve(
  definePlugin({
    name: "bench-typescript",
    version: "0.1.0",
    description: "Answers at once, for the bench.",
    async poll() {
      return [{ name: "bench", dimensions: { no: "0" }, metrics: { runs_total: counter(1), value: gauge(1.5) } }];
    },
  }),
);
