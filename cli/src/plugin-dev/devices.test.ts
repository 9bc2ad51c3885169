import { create } from "@bufbuild/protobuf";
import { resourceFromProto } from "@ocelli/codec";
import { type Filter, matches, parseFilter } from "@ocelli/model";
import { GetResourceResponseSchema, ListResourcesResponseSchema } from "@ocelli/proto/registry";
import { type Resource, ResourceSchema } from "@ocelli/proto/resource";
import { ManualClock } from "@ocelli/test-kit";
import { expect, test } from "vitest";
import { Devices } from "./devices.js";

const filterOf = (text: string): Filter => {
  const parsed = parseFilter(text);
  if (parsed.kind === "bad") throw new Error(`bad filter ${text}`);
  return parsed.filter;
};

const of = (id: string, endpoint: string, metadata: Record<string, string> = {}, kind = "network"): Resource =>
  create(ResourceSchema, { id, endpoint, metadata, class: kind });

interface World {
  readonly resources: readonly Resource[];
  readonly plugins?: readonly string[];
}

function devicesOf({ resources, plugins = ["web"] }: World): { devices: Devices; asked: string[]; clock: ManualClock } {
  const asked: string[] = [];
  const clock = new ManualClock();
  const registry = {
    listResources: async ({ filter = "" }) => {
      asked.push(filter);
      const found = resources.filter((one) => matches(filterOf(filter), resourceFromProto(one)));
      return create(ListResourcesResponseSchema, { resources: found.map((resource) => ({ resource })) });
    },
    getResource: async () => create(GetResourceResponseSchema, { plugins: [...plugins] }),
  };
  const live = { name: "web", filter: filterOf('resource_class = "network"') };
  return { devices: new Devices(registry, clock, live), asked, clock };
}

test("resources with one endpoint are one device, of which those count that the live plugin runs against", async () => {
  const [a, b, other, printer] = [of("a", "h:1"), of("b", "h:1"), of("c", "h:2"), of("p", "h:1", {}, "printer")];
  const { devices } = devicesOf({ resources: [a, b, other, printer] });
  expect(await devices.of(resourceFromProto(a))).toEqual({
    ...{ key: "at h:1", resourceIds: ["a", "b"], gapMs: 0, closed: undefined },
  });
});

test("an endpoint with quotes is asked for as it is", async () => {
  const odd = of("a", 'h"\\1');
  const { devices } = devicesOf({ resources: [odd] });
  expect((await devices.of(resourceFromProto(odd))).resourceIds).toEqual(["a"]);
});

test("a device is asked for once a minute at most, and a resource without an endpoint never", async () => {
  const a = of("a", "h:1");
  const { devices, asked, clock } = devicesOf({ resources: [a] });
  await devices.of(resourceFromProto(a));
  await devices.of(resourceFromProto(a));
  expect(await devices.of(resourceFromProto(of("z", "")))).toMatchObject({ resourceIds: ["z"] });
  expect(asked).toHaveLength(1);
  await clock.advance(60_000);
  await devices.of(resourceFromProto(a));
  expect(asked).toHaveLength(2);
});

test.for([
  {
    why: "a gap is kept where nobody else asks the device",
    metadata: { device_min_gap_ms: "500" },
    plugins: ["web"],
    want: { gapMs: 500, closed: undefined },
  },
  {
    why: "one session is enough where nobody else asks the device",
    metadata: { device_max_in_flight: "1" },
    plugins: ["web"],
    want: { closed: undefined },
  },
  {
    why: "where somebody else does, a copy would be counted by nobody",
    metadata: { device_max_in_flight: "1" },
    plugins: ["ping", "web"],
    want: { closed: "b says device_max_in_flight = 1, ping asks the device too, and nobody counts a copy in" },
  },
  {
    why: "a value that is no number is no limit",
    metadata: { device_max_in_flight: "one" },
    plugins: ["ping", "web"],
    want: { gapMs: 0, closed: undefined },
  },
])("$why", async ({ metadata, plugins, want }) => {
  const a = of("a", "h:1");
  const { devices } = devicesOf({ resources: [a, of("b", "h:1", metadata)], plugins });
  expect(await devices.of(resourceFromProto(a))).toMatchObject(want);
});
