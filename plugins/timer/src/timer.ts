import { counter, definePlugin } from "@ocelli/plugin-sdk";
import { z } from "zod";

const settings = z.strictObject({ wait_time: z.int().min(1).default(5), message: z.string().default("Tick") });
const memory = z.object({ ticks: z.int(), nextAtMs: z.int() }).catch({ ticks: 0, nextAtMs: 0 });

export const timer = definePlugin({
  name: "timer",
  version: "0.1.0",
  description: "Says a message every few seconds.",
  settings: z.strictObject({ timer: settings.prefault({}) }),
  poll(_resource, ctx) {
    const { wait_time, message } = ctx.settings.timer;
    let { ticks, nextAtMs } = memory.parse(ctx.state.get());
    if (ctx.slotAtMs >= nextAtMs) {
      ticks += 1;
      nextAtMs = ctx.slotAtMs + wait_time * 1000;
      ctx.log.info({ ticks }, message);
    }
    ctx.state.set({ ticks, nextAtMs });
    return [{ name: "timer", metrics: { ticks_total: counter(ticks) } }];
  },
});
