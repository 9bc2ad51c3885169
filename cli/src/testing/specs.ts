import type { PluginSpec } from "@ocelli/model";

export function bareSpec(change: Partial<PluginSpec> = {}): PluginSpec {
  return {
    name: "ping",
    revision: "r1",
    file: "/p/ping.ocelli-plugin",
    module: "/m/ping",
    service: undefined,
    frequencyMs: 60_000,
    timeoutMs: 5_000,
    maxInFlight: 50,
    resourceFilter: "",
    preload: [],
    documentation: {},
    settings: [],
    removalPercent: 0,
    ...change,
  };
}
