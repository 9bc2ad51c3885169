// Prints to stdout, and serves all the same.
import { definePlugin, gauge, serve } from "@ocelli/plugin-sdk";

process.stdout.write("starting up\n");
await serve(
  definePlugin({
    name: "prints",
    version: "1.0.0",
    description: "Prints.",
    async poll() {
      process.stdout.write("a print of the author\n");
      return [{ name: "prints", metrics: { one: gauge(1) } }];
    },
  }),
);
