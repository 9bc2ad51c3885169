import { definePlugin, gauge, PollFault, serve } from "@ocelli/plugin-sdk";
import { z } from "zod";
import { DeviceAsker } from "./ask-device.js";

// The polling module of the suite: one question to one device for each run, with the run's slot and fence in it.
const asker = new DeviceAsker();

await serve(
  definePlugin({
    name: "device-poll",
    version: "0.1.0",
    description: "Asks a fake device for the one right value of a slot",
    settings: z.strictObject({ answer: z.strictObject({ padding_bytes: z.int().min(0).default(0) }).prefault({}) }),
    async poll(resource, ctx) {
      const { plugin, fence, slotAtMs } = ctx;
      const value = await asker.ask(resource.endpoint, { plugin, fence, slotAtMs }, ctx.signal);
      if (value === undefined) throw new PollFault("timeout", "the device did not answer in time");
      const padding = "x".repeat(ctx.settings.answer.padding_bytes);
      return [{ name: "answer", dimensions: padding ? { padding } : {}, metrics: { value: gauge(value) } }];
    },
  }),
);
