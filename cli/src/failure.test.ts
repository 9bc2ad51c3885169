import { OcelliError } from "@ocelli/model";
import { CommanderError } from "commander";
import { expect, test } from "vitest";
import { Exit, exitCodes } from "./exit-codes.js";
import { failureOf } from "./failure.js";

test.for([
  { why: "help that was asked for is well", error: new CommanderError(0, "commander.helpDisplayed", ""), want: 0 },
  { why: "the version that was asked for is well", error: new CommanderError(0, "commander.version", ""), want: 0 },
  { why: "help for want of a verb is wrong use", error: new CommanderError(1, "commander.help", ""), want: 2 },
  { why: "an unknown verb is wrong use", error: new CommanderError(1, "commander.unknownCommand", ""), want: 2 },
  { why: "an unknown option is wrong use", error: new CommanderError(1, "commander.unknownOption", ""), want: 2 },
  { why: "a verb ends as it says", error: new Exit(exitCodes.unreachable, "away"), want: 3 },
  { why: "what is asked wrongly is wrong use", error: new OcelliError("invalid", "a"), want: 2 },
  { why: "who may not ask has wrong settings", error: new OcelliError("denied", "a"), want: 2 },
  { why: "what is not there is a bad answer", error: new OcelliError("not_found", "a"), want: 1 },
  { why: "what is refused is a bad answer", error: new OcelliError("precondition", "a"), want: 1 },
  { why: "who does not answer cannot be reached", error: new OcelliError("timeout", "a"), want: 3 },
  { why: "who is away cannot be reached", error: new OcelliError("unavailable", "a"), want: 3 },
  { why: "what should not happen is bad", error: new TypeError("x is not a function"), want: 1 },
])("$why", ({ error, want }) => expect(failureOf(error).exitCode).toBe(want));

test("a defect of ours is told apart from an answer", () =>
  expect(failureOf(new TypeError("x")).message).toBe("something that should not happen: x"));
