import pc from "picocolors";
import { expect, test } from "vitest";
import { eventLine, resultLine } from "./live-line.js";
import { eventOf, resultOf, timeoutFault } from "./testing/builders.js";

const plain = pc.createColors(false);
const load = { name: "load", type: "gauge", value: 0 } as const;
const group = { name: "cpu", dimensions: [], metrics: [load, { ...load, name: "b" }], atMs: 0 };

test.for([
  {
    why: "a poll tells what it found",
    result: resultOf({ groups: [group, group] }),
    want: "ok 4 metrics (2 cpu)  240 ms, 10 ms late",
  },
  {
    why: "a device that does not answer shows as failed, with the reason",
    result: resultOf({ status: "timeout", fault: timeoutFault }),
    want: "failed timeout: no answer within 5 s  240 ms",
  },
  {
    why: "what came in part tells what is missing",
    result: resultOf({ status: "partial", fault: { ...timeoutFault, message: "no disks" }, groups: [group] }),
    want: " partial: no disks",
  },
  {
    why: "a discovery counts by its summary",
    result: resultOf({
      kind: "discovery",
      resource: undefined,
      discovery: { resources: [], summary: { complete: true, resources: 1, scopes: [] } },
    }),
    want: "ok 1 resource ",
  },
  { why: "a run outside the schedule is not late", result: resultOf({ onDemand: true }), want: "240 ms, on demand" },
  {
    why: "words of a module cannot act on the terminal",
    result: resultOf({ status: "internal", fault: { ...timeoutFault, message: "\u001b[2Jgone\nok" } }),
    want: "internal: \\e[2Jgone\\nok",
  },
])("$why", ({ result, want }) => expect(resultLine(result, plain)).toContain(want));

test("an event is one line, whatever it says", () => {
  const line = eventLine(eventOf({ type: "plugin.refused", message: "a\nb" }), plain);
  expect(line).toMatch(/^\d\d:\d\d:\d\d {2}plugin\.refused {5}ping +a\\nb$/);
});
