import { loadConfig } from "@ocelli/runtime";
import { expect, test } from "vitest";
import { RegistryConfig } from "./config.js";

const load = (environment: Record<string, string>) => loadConfig(RegistryConfig, { file: undefined, environment });

test("lists and limits are read from text", async () => {
  const { registry } = await load({
    OCELLI_REGISTRY__PLUGIN_DIRECTORIES: "/a, /b",
    OCELLI_REGISTRY__REMOVAL_PERCENT: "50",
  });
  expect(registry.plugin_directories).toEqual(["/a", "/b"]);
  expect(registry.plugin_extensions).toEqual([".ocelli-plugin", ".panoptes-plugin"]);
  expect(registry.removal_percent).toBe(50);
});

test.for([
  {
    why: "an unknown key names the nearest",
    key: "PLUGIN_DIRECTORY",
    value: "/a",
    words: "did you mean plugin_directories?",
  },
  { why: "an extension needs its dot", key: "PLUGIN_EXTENSIONS", value: "ini", words: "must be like" },
  { why: "a share is a percentage", key: "REMOVAL_PERCENT", value: "130", words: "registry.removal_percent" },
  { why: "a span is a number", key: "SCAN_INTERVAL_SECONDS", value: "soon", words: "registry.scan_interval_seconds" },
])("refused: $why", async ({ key, value, words }) => {
  await expect(load({ [`OCELLI_REGISTRY__${key}`]: value })).rejects.toThrow(words);
});
