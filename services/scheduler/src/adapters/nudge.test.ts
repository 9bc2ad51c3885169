import { expect, test } from "vitest";
import { Nudge } from "./nudge.js";

test("who waits is woken, and it stays asked for until it is taken", async () => {
  const nudge = new Nudge();
  const woken = nudge.given();
  expect(nudge.isGiven).toBe(false);
  nudge.give();
  nudge.give();
  await woken;
  expect(nudge.isGiven).toBe(true);
  nudge.take();
  expect(nudge.isGiven).toBe(false);
});
