// A module with knobs, the same in each language: the conformance kit provokes everything with it.
import { appendFile } from "node:fs/promises";
import { setTimeout as wait } from "node:timers/promises";
import { counter, definePlugin, gauge, PollFault, Secret, serve } from "@ocelli/plugin-sdk";
import { z } from "zod";

const fails = ["", "fault", "throw", "nan", "bad_name", "duplicate", "print", "endless", "long_error"];
const secretText = z
  .string()
  .transform((text) => new Secret(text))
  .meta({ "x-secret": true });

const probe = z.strictObject({
  /** How many metric groups or resources. */
  groups: z.int().min(0).default(1),
  /** The length of `pad`, which is left out at 0. */
  pad_bytes: z.int().min(0).default(0),
  value: z.number().min(0).max(1000).default(1),
  /** How long it waits before it answers. */
  wait_ms: z.int().min(0).default(0),
  /** How much more time it asks for before it waits. */
  progress_ms: z.int().min(0).default(0),
  /** How it fails. */
  fail: z.enum(fails).default(""),
  /** Only the resource with this id fails. */
  fail_for: z.string().default(""),
  secret: secretText.prefault(""),
  /** Where the sink writes. */
  file: z.string().default(""),
});

/** Waits, tells its secret to the log, and fails where it shall fail with an error. Says how else it shall fail. */
async function begin(ctx, resourceId) {
  const { wait_ms, progress_ms, fail, fail_for, secret } = ctx.settings.probe;
  ctx.log.info(`secret is ${secret.reveal()}`);
  if (progress_ms > 0) ctx.progress(progress_ms);
  if (wait_ms > 0) await wait(wait_ms, undefined, { signal: ctx.signal });
  if (fail_for !== "" && fail_for !== resourceId) return "";
  if (fail === "fault") throw new PollFault("timeout", `no answer from ${secret.reveal() || "nobody"}`);
  if (fail === "throw") throw new Error(`probe threw ${secret.reveal()}`);
  if (fail === "long_error") throw new Error("x".repeat(100_000));
  if (fail === "print") console.log("the probe prints");
  return fail;
}

/** What all groups and resources carry that is there to be long. */
function padOf({ pad_bytes }) {
  return pad_bytes === 0 ? {} : { pad: "x".repeat(pad_bytes) };
}

await serve(
  definePlugin({
    name: "probe-typescript",
    version: "0.1.0",
    description: "Does right and wrong on request.",
    settings: z.strictObject({ probe: probe.prefault({}) }),
    async *discover(ctx) {
      const fail = await begin(ctx, "");
      const { groups } = ctx.settings.probe;
      const resource = { endpoint: "127.0.0.1", site: "probe", class: "probe", metadata: padOf(ctx.settings.probe) };
      for (let n = 0; n < groups || fail === "endless"; n += 1) {
        yield { id: `probe-${n}`, ...resource };
        if (fail === "duplicate") yield { id: `probe-${n}`, ...resource };
      }
    },
    async enrich(resource, ctx) {
      const fail = await begin(ctx, resource.id);
      const data = { id: resource.id, value: fail === "nan" ? Number.NaN : ctx.settings.probe.value };
      const set = { namespace: "probe", schema: "0.1", ttlS: 300, data };
      if (fail === "endless") return endless((n) => ({ ...set, namespace: `probe_${n}` }));
      return fail === "duplicate" ? [set, set] : [set];
    },
    async poll(resource, ctx) {
      const fail = await begin(ctx, resource.id);
      const { groups, value } = ctx.settings.probe;
      const runs = (ctx.state.get()?.runs ?? 0) + 1;
      ctx.state.set({ runs });
      const group = (n) => ({
        name: "probe",
        dimensions: { n: String(n), plugin: ctx.plugin, ...padOf(ctx.settings.probe) },
        metrics: {
          runs_total: counter(runs),
          value: gauge(fail === "nan" ? Number.NaN : value),
          id_bytes: gauge(Buffer.byteLength(resource.id)),
          ...(fail === "bad_name" && { "no-dash": gauge(1) }),
        },
      });
      if (fail === "endless") return endless(group);
      const all = Array.from({ length: groups }, (_, n) => group(n));
      return fail === "duplicate" ? [...all, group(0), group(0)] : all;
    },
    sink: {
      open(settings) {
        const { file } = settings.probe;
        return {
          async write(records) {
            const refused = records.filter(({ result }) => result.plugin === "refuse-me");
            const kept = records.filter(({ result }) => result.plugin !== "refuse-me");
            const lines = kept.map(({ position, result }) => JSON.stringify({ position, plugin: result.plugin }));
            if (file !== "" && lines.length > 0) await appendFile(file, `${lines.join("\n")}\n`);
            return refused.map(({ position }) => ({ position, reason: "the probe was told to refuse it" }));
          },
        };
      },
    },
  }),
);

function* endless(make) {
  for (let n = 0; ; n += 1) yield make(n);
}
