// A module of every kind but a sink, for tests: does what its settings say.
import { counter, definePlugin, gauge, PollFault, secret, serve } from "@ocelli/plugin-sdk";
import { z } from "zod";

await serve(
  definePlugin({
    name: "demo",
    version: "1.2.3",
    description: "Does what its settings say.",
    settings: z.strictObject({
      demo: z
        .strictObject({
          mode: z.enum(["well", "hang", "fault", "partial", "exit"]).default("well"),
          token: secret().optional(),
          port: z.int().min(1).max(65535).default(161),
        })
        .prefault({}),
    }),
    wantsEnrichments: ["facts"],
    emitsEnrichments: ["facts"],
    async *discover() {
      yield { id: "sw-1", endpoint: "10.0.0.1", class: "network" };
      yield { id: "sw/2 é", endpoint: "10.0.0.2" };
    },
    async enrich(resource) {
      return [{ namespace: "facts", schema: "0.1", ttlS: 60, data: { name: `name of ${resource.id}` } }];
    },
    async poll(resource, ctx) {
      const { mode, token, port } = ctx.settings.demo;
      ctx.log.info({ mode, child: process.pid }, "polling");
      if (mode === "hang") await new Promise(() => {});
      if (mode === "exit") process.exit(3);
      if (mode === "fault") throw new PollFault("authentication", `${resource.id} refused the credentials`);
      if (mode === "partial") ctx.fault(new PollFault("partial", "no disks"));
      return [
        {
          name: "demo",
          dimensions: { resource: resource.id, facts: JSON.stringify(ctx.enrichment("facts") ?? null) },
          metrics: {
            port: gauge(port),
            token_length: gauge(token?.reveal().length ?? 0),
            seen_total: counter(2n ** 60n),
          },
        },
      ];
    },
  }),
);
