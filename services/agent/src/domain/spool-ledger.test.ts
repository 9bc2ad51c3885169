import { expect, test } from "vitest";
import { SpoolLedger } from "./spool-ledger.js";

/** A ledger with one segment for each number of records, of 10 bytes each. */
function ledgerWith(...records: number[]): SpoolLedger {
  const ledger = new SpoolLedger(100, 40);
  for (const count of records) {
    const segment = ledger.begin();
    for (let i = 0; i < count; i += 1) ledger.reserve(10);
    ledger.wrote(segment, 10 * count, 10 * count, count);
  }
  return ledger;
}

test("what does not fit is not taken, and fits once a segment went", () => {
  const ledger = ledgerWith(4, 5);
  expect(ledger.reserve(11)).toBe(false);
  expect(ledger.reserve(10)).toBe(true);
  expect(ledger.reserve(1)).toBe(false);
  for (let i = 0; i < 4; i += 1) ledger.done(1);
  expect(ledger.takeDisposable()).toEqual([1]);
  expect(ledger.reserve(40)).toBe(true);
});

test("a segment whose records are done stays while an older one has some: it may hold the marks of those", () => {
  const ledger = ledgerWith(1, 1, 1);
  ledger.done(2);
  expect(ledger.takeDisposable()).toEqual([]);
  ledger.done(1);
  expect(ledger.takeDisposable()).toEqual([1, 2]);
  expect(ledger.live).toBe(1);
});

test("once nothing waits everything goes, and no byte is counted any more", () => {
  const ledger = ledgerWith(2);
  ledger.wrote(1, 3, 0, 0); // a mark
  ledger.done(1);
  ledger.done(1);
  expect(ledger.takeDisposable()).toEqual([1]);
  expect(ledger.bytes).toBe(0);
});

test("what lies there of other meshes counts towards the limit and is never removed", () => {
  const ledger = new SpoolLedger(100, 40, 95);
  expect(ledger.reserve(6)).toBe(false);
  expect(ledger.takeDisposable()).toEqual([]);
});

test("a new segment never takes the number of one that was left", () => {
  const ledger = new SpoolLedger(100, 40);
  ledger.adopt(7, 10, 1);
  expect(ledger.begin()).toBe(8);
});
