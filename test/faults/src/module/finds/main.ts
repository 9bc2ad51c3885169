import { readFile } from "node:fs/promises";
import { definePlugin, type FoundResource, PollFault, serve } from "@ocelli/plugin-sdk";
import { z } from "zod";
import { type Finding, isFlapped } from "./finding.js";

// A discovery that finds what a file tells it to find, in the way the file says.
let run = 0;

/** What garbage a source brings: nothing of it is a resource. */
const garbage = [
  { id: "" },
  { id: "x".repeat(2_000), class: "device" },
  { id: 7 },
  "nothing",
] as unknown as FoundResource[];

await serve(
  definePlugin({
    name: "finds",
    version: "0.1.0",
    description: "Finds what it is told to find, as badly as it is told to",
    settings: z.strictObject({ source: z.strictObject({ path: z.string().min(1) }) }),
    async *discover(ctx) {
      run += 1;
      const { how, resources } = JSON.parse(await readFile(ctx.settings.source.path, "utf8")) as Finding;
      const half = resources.slice(0, Math.ceil(resources.length / 2));
      switch (how) {
        case "all":
          yield* resources;
          break;
        case "empty":
          break;
        case "half":
          yield* half;
          break;
        case "garbage":
          yield* [...half, ...garbage];
          break;
        case "flaps":
          yield* isFlapped(run) ? half : resources;
          break;
        case "fails":
          yield* half;
          throw new PollFault("network", "the source went away half way");
        case "cut-off":
          yield* half;
          process.kill(process.pid, "SIGKILL");
          break;
      }
    },
  }),
);
