import { expect, test } from "vitest";
import { chooseRows } from "./choose-rows.js";
import type { RowMaker } from "./row.js";

const maker = (name: string, more: Partial<RowMaker> = {}): RowMaker => ({ name, make: async () => [], ...more });
const makers = [
  maker("broker"),
  maker("bullmq", { peers: true }),
  maker("mesh"),
  maker("mesh-sdk"),
  maker("mesh-1m", { long: true }),
  maker("scheduler-10k"),
  maker("scheduler-1m"),
];
const usual = { only: [], peers: false, quick: false };

test.for([
  {
    why: "peers are made when they are asked for",
    choice: usual,
    want: ["broker", "mesh", "mesh-sdk", "mesh-1m", "scheduler-10k", "scheduler-1m"],
  },
  {
    why: "--quick leaves out what takes minutes",
    choice: { ...usual, quick: true },
    want: ["broker", "mesh", "mesh-sdk", "scheduler-10k", "scheduler-1m"],
  },
  {
    why: "a name means the row of that name, and not all that begin with it",
    choice: { ...usual, only: ["mesh"] },
    want: ["mesh"],
  },
  {
    why: "a beginning means all of them",
    choice: { ...usual, only: ["scheduler"] },
    want: ["scheduler-10k", "scheduler-1m"],
  },
  {
    why: "a named peer is made without --peers",
    choice: { ...usual, only: ["bullmq", "mesh"] },
    want: ["bullmq", "mesh"],
  },
])("$why", ({ choice, want }) => {
  expect(chooseRows(makers, choice).map(({ name }) => name)).toEqual(want);
});

test("a name that no row has is refused, and the names are listed", () => {
  expect(() => chooseRows(makers, { ...usual, only: ["mehs"] })).toThrow(
    /no row is called mehs; there are broker, bullmq/,
  );
});
