import { testPlugin } from "@ocelli/plugin-sdk";
import { afterAll, describe, expect, test } from "vitest";
import { snmpInterface } from "./plugin.js";
import { SessionPool } from "./snmp/session-pool.js";
import {
  type ExpectedEnrichment,
  type ExpectedGroup,
  linesOfExpected,
  linesOfGroups,
  readVector,
  resourceAt,
  serveVector,
  storedEnrichment,
  vectorCases,
  vectorFolder,
} from "./testing/vector.js";

const pool = new SessionPool();
const module = snmpInterface(pool);
const snmp = { community: "public", timeout_seconds: 2 };
afterAll(() => pool.close());

const cases = vectorCases("interface-");

describe.skipIf(cases.length === 0)(`recorded devices (skipped where ${vectorFolder} is not there)`, () => {
  test.for(vectorCases("interface-enrichment"))("%s gives the facts that Panoptes gave", async (name) => {
    const expected = JSON.parse(readVector(name, "expected.json")) as ExpectedEnrichment;
    await using device = await serveVector(name);
    const { sets, fault } = await testPlugin(module, { snmp }).enrich(resourceAt(expected.resource, device.port));
    const [wanted] = expected.enrichment;
    expect(fault).toBeUndefined();
    expect(sets).toEqual([
      expect.objectContaining({
        namespace: wanted?.namespace,
        schema: "0.1",
        data: Object.assign({}, ...(wanted?.data ?? [])),
      }),
    ]);
  });

  test.for(vectorCases("interface-polling"))("%s gives the metrics that Panoptes gave", async (name) => {
    const expected = JSON.parse(readVector(name, "expected.json")) as [ExpectedGroup, ...ExpectedGroup[]];
    const withIndex = JSON.stringify(expected).includes('"interface_index"');
    await using device = await serveVector(name);
    const { groups, fault } = await testPlugin(module, {
      snmp,
      dimension: { include_interface_index: withIndex },
    }).poll(resourceAt(expected[0].resource, device.port), {
      enrichments: { interface: storedEnrichment(readVector(name, "enrichment.txt"), "interface") },
    });
    expect(fault).toBeUndefined();
    expect(linesOfGroups(groups)).toEqual(linesOfExpected(expected));
  });
});
