import type { PluginRecord, PluginReport } from "@ocelli/model";
import { expect, test } from "vitest";
import { anAgent, aResource, aSpec } from "../testing/builders.js";
import { pluginView } from "./plugin-view.js";
import { whyPlugin } from "./why.js";

const cisco = aResource("sw1", { type: "cisco-ios", metadata: { os: "ios" } });
const view = (over: Partial<PluginRecord>, state: PluginReport["state"] = "ready", paused = false) => {
  const record: PluginRecord = { name: "ping", active: undefined, candidate: undefined, problems: [], ...over };
  return pluginView(record, [anAgent("a1", { state })], paused);
};

test.for([
  {
    why: "a clause that fails is named with its value",
    view: view({ active: aSpec({ resourceFilter: 'resource_type = "junos"' }) }),
    matches: false,
    words: "cisco-ios",
  },
  { why: "an empty filter matches all", view: view({ active: aSpec() }), matches: true, words: "filter is empty" },
  {
    why: "a plugin that matches and does not run says so",
    view: view({ active: aSpec() }, "ready", true),
    matches: true,
    words: "the plugin itself is paused",
  },
  {
    why: "a discovery plugin runs against nothing",
    view: view({ active: aSpec({ service: "discovery" }) }),
    matches: false,
    words: "discovery",
  },
  {
    why: "a refused file says its first problem",
    view: view({ problems: [{ file: "f", line: 3, message: "no frequency" }] }),
    matches: false,
    words: "no frequency",
  },
  {
    why: "a filter that cannot be read says where",
    view: view({ active: aSpec({ resourceFilter: "resource_type =" }) }),
    matches: false,
    words: "cannot be read",
  },
])("$why", ({ view: plugin, matches, words }) => {
  const why = whyPlugin(plugin, cisco);
  expect(why.matches).toBe(matches);
  expect(why.summary).toContain(words);
});
