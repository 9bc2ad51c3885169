import { expect, test } from "vitest";
import { areColorsOn } from "./colors.js";

const terminal = { isTTY: true, wanted: undefined, env: {} };
const pipe = { isTTY: undefined, wanted: undefined, env: {} };

test.for([
  { why: "a terminal has colours", world: terminal, want: true },
  { why: "a pipe has none", world: pipe, want: false },
  { why: "--no-color turns them off", world: { ...terminal, wanted: false }, want: false },
  { why: "NO_COLOR turns them off", world: { ...terminal, env: { NO_COLOR: "1" } }, want: false },
  { why: "an empty NO_COLOR says nothing", world: { ...terminal, env: { NO_COLOR: "" } }, want: true },
  { why: "FORCE_COLOR gives them to a pipe", world: { ...pipe, env: { FORCE_COLOR: "1" } }, want: true },
  { why: "NO_COLOR wins", world: { ...pipe, env: { FORCE_COLOR: "1", NO_COLOR: "1" } }, want: false },
  { why: "a dumb terminal has none", world: { ...terminal, env: { TERM: "dumb" } }, want: false },
  { why: "a build machine is no terminal", world: { ...pipe, env: { CI: "true" } }, want: false },
])("$why", ({ world, want }) => expect(areColorsOn(world)).toBe(want));
