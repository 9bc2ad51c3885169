import { expect, test } from "vitest";
import type { Delivery } from "./delivery.js";
import { SharedDelivery } from "./shared-delivery.js";

function whole(): { readonly delivery: Delivery; readonly settled: string[] } {
  const settled: string[] = [];
  const delivery = {
    ack: () => settled.push("ack"),
    retry: (delayMs: number) => settled.push(`retry ${delayMs}`),
    drop: () => settled.push("drop"),
  };
  return { delivery: delivery as unknown as Delivery, settled };
}

test("a message is acked once the last of its members is settled, and not before", () => {
  const { delivery, settled } = whole();
  const shared = new SharedDelivery(delivery, 3);
  shared.ack();
  shared.drop();
  expect(settled).toEqual([]);
  shared.ack();
  expect(settled).toEqual(["ack"]);
});

test("it comes again where one member has to, as soon as any of them asks for", () => {
  const { delivery, settled } = whole();
  const shared = new SharedDelivery(delivery, 3);
  shared.retry(500);
  shared.ack();
  shared.retry(250);
  expect(settled).toEqual(["retry 250"]);
});
