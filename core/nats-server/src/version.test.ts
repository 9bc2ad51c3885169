import { expect, test } from "vitest";
import { atLeast, versionIn } from "./version.js";

test.for([
  { why: "a server's own words", text: "nats-server: v2.15.2\n", want: "2.15.2" },
  { why: "a pre-release keeps its mark", text: "nats-server: v2.15.0-RC.2", want: "2.15.0-RC.2" },
  { why: "two numbers are no version", text: "nats-server 2.15", want: undefined },
  { why: "an address is no version", text: "listening on 127.0.0.1", want: undefined },
] as const)("version in a text: $why", ({ text, want }) => expect(versionIn(text)).toBe(want));

test.for([
  { why: "numbers count, not letters: 2.10 is newer than 2.9", version: "2.10.0", floor: "2.9.10", want: true },
  { why: "the floor itself will do", version: "2.9.10", floor: "2.9.10", want: true },
  { why: "a patch too old is too old", version: "2.9.9", floor: "2.9.10", want: false },
  { why: "a pre-release is not yet its release", version: "2.12.0-RC.1", floor: "2.12.0", want: false },
  { why: "a pre-release is past the release before", version: "2.12.0-RC.1", floor: "2.11.9", want: true },
] as const)("floor: $why", ({ version, floor, want }) => expect(atLeast(version, floor)).toBe(want));
