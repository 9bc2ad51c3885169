import { expect, test } from "vitest";
import { chooseService } from "./judge.js";

test.for([
  { why: "the only service is taken", wanted: undefined, offered: ["polling"], service: "polling" },
  { why: "the named one of several is taken", wanted: "sink", offered: ["polling", "sink"], service: "sink" },
] as const)("$why", ({ wanted, offered, service }) => {
  expect(chooseService(wanted, offered, "m 1")).toEqual({ kind: "service", service });
});

test.for([
  {
    why: "of several services one has to be named",
    wanted: undefined,
    says: "[Core] needs Service, as m 1 offers discovery and enrichment: name one of them",
  },
  {
    why: "a service that is not offered is refused",
    wanted: "polling",
    says: "[Core] Service is polling, and m 1 offers discovery and enrichment only",
  },
] as const)("$why", ({ wanted, says }) => {
  expect(chooseService(wanted, ["discovery", "enrichment"], "m 1")).toEqual({ kind: "unclear", why: says });
});
