import { expect, test } from "vitest";
import { never } from "../testing/fake-modules.js";
import { CallSlots } from "./call-slots.js";

test("calls above the limit wait in line, and one that gives up keeps no place", async () => {
  const slots = new CallSlots(1);
  const giveUp = new AbortController();
  const order: string[] = [];
  expect(await slots.enter(never)).toBe(true);
  const second = slots.enter(giveUp.signal).then((got) => order.push(`second ${got}`));
  const third = slots.enter(never).then((got) => order.push(`third ${got}`));
  giveUp.abort();
  await second;
  slots.leave();
  await third;
  expect(order).toEqual(["second false", "third true"]);
  slots.leave();
  expect(await slots.enter(never)).toBe(true);
});
