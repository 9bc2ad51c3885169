import { ManualClock } from "@ocelli/test-kit";
import { expect, test } from "vitest";
import { keepTime } from "./keep-time.js";

test("the loss of the broker's clock and its return are said once each, and it is asked for sooner meanwhile", async () => {
  const clock = new ManualClock();
  const stop = new AbortController();
  const said: string[] = [];
  let known = true;
  let looks = 0;
  const time = {
    sync: async () => {
      if (!known) throw new Error("no scheduler answers");
    },
    nowMs: () => (known ? 1 : undefined),
  };
  const onLook = (): void => {
    looks += 1;
  };
  const keeping = keepTime({ time, clock, say: (one) => void said.push(one), onLook }, stop.signal);
  await clock.advance(29_999);
  expect({ said, looks }).toEqual({ said: [], looks: 1 });
  known = false;
  await clock.advance(2_001);
  const lost = "no scheduler is sure of the broker's clock; the shadow waits";
  expect({ said, looks }).toEqual({ said: ["no scheduler answers", lost, "no scheduler answers"], looks: 3 });
  known = true;
  await clock.advance(2_000);
  expect(said.slice(3)).toEqual(["the broker's clock is known again; the shadow goes on"]);
  stop.abort();
  await keeping;
});
