import { definePlugin, PollFault } from "@ocelli/plugin-sdk";
import { pollInterfaces } from "./interface/poll-interfaces.js";
import { readFacts } from "./interface/read-facts.js";
import { readStoredFacts } from "./interface/stored-facts.js";
import { type Settings, settings, validateSettings } from "./settings.js";
import { SessionPool } from "./snmp/session-pool.js";
import { installSingleDes } from "./snmp/single-des.js";
import { defaultWalkLimits, type WalkLimits } from "./snmp/walk-columns.js";
import { targetOf } from "./target-of.js";
import { withSession } from "./with-session.js";

/** Facts and counters of network interfaces over SNMP: an enrichment and a polling service in one module. */
export function snmpInterface(pool: SessionPool = new SessionPool()) {
  installSingleDes();
  return definePlugin({
    name: "snmp-interface",
    version: "0.1.0",
    description: "Names, speeds and counters of network interfaces over SNMP v1, v2c and v3",
    settings,
    validate: validateSettings,
    wantsEnrichments: ["interface"],
    emitsEnrichments: ["interface"],
    typicalDurationMs: 500,
    longestDurationMs: 60_000,
    repeatIsHarmless: true,

    async enrich(resource, ctx) {
      const { snmp, interface: names, main } = ctx.settings;
      const options = { vendor: names.vendor, limits: limitsOf(ctx.settings) };
      const { facts, partial } = await withSession(pool, targetOf(snmp, resource), (requests) =>
        readFacts(requests, resource, options, ctx.signal),
      );
      if (partial.length > 0) ctx.fault(new PollFault("partial", partial.join("; ")));
      const ttlS = main.enrichment_ttl ?? defaultTtlS(ctx.frequencyMs);
      return [{ namespace: "interface", schema: "0.1", ttlS, data: Object.fromEntries(facts) }];
    },

    async poll(resource, ctx) {
      const { snmp, interface: names, dimension } = ctx.settings;
      const limits = limitsOf(ctx.settings);
      const options = { includeIndex: dimension.include_interface_index, limits };
      const stored = readStoredFacts(ctx.enrichment("interface"));
      const { groups, partial, only32Bits } = await withSession(pool, targetOf(snmp, resource), (requests) => {
        const factsFor = async () =>
          (await readFacts(requests, resource, { vendor: names.vendor, limits }, ctx.signal)).facts;
        return pollInterfaces(requests, stored, factsFor, options, ctx.signal);
      });
      if (only32Bits.length > 0) ctx.log.debug({ interfaces: only32Bits }, "counters of 32 bits only");
      if (partial.length > 0) ctx.fault(new PollFault("partial", partial.join("; ")));
      return groups;
    },
  });
}

/** Three intervals, so that one lost run loses no facts, and at least as long as Panoptes' 300 s. */
function defaultTtlS(frequencyMs: number): number {
  return Math.max(300, Math.ceil((3 * frequencyMs) / 1000));
}

function limitsOf({ snmp }: Settings): WalkLimits {
  return { ...defaultWalkLimits, maxRepetitions: snmp.max_repetitions, replyBytes: snmp.reply_bytes };
}
