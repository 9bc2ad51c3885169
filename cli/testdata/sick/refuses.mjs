// A sink that stores most of what it is given.
import { definePlugin, serve } from "@ocelli/plugin-sdk";

await serve(
  definePlugin({
    name: "refuses",
    version: "1.0.0",
    description: "Refuses enrichments.",
    sink: {
      open: () => ({
        async write(records) {
          const odd = records.filter(({ result }) => result.kind === "enrichment");
          return odd.map(({ position }) => ({ position, reason: "no room for facts" }));
        },
      }),
    },
  }),
);
