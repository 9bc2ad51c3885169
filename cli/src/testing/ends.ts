import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { runCli } from "./run-cli.js";

/** Where the modules and plugin files are that tests of the command use. */
export const testdata: string = fileURLToPath(new URL("../../testdata", import.meta.url));

/** One way of calling a verb. Nothing is said on stdout where nothing else is demanded. */
export interface Ending {
  readonly why: string;
  readonly args: readonly string[];
  readonly code: number;
  readonly stdout?: RegExp;
  readonly stderr?: RegExp;
}

/** A test for each way of calling `ocelli plugin VERB`: how it ends, and what it says. */
export function ends(verb: string, endings: readonly Ending[], cwd = () => testdata): void {
  test.for(endings)(`${verb} of $why ends with $code`, async ({ args, code, stdout = /^$/, stderr = /^/ }) => {
    const ended = await runCli(["plugin", verb, ...args], { cwd: cwd() });
    expect(ended).toEqual({ code, stdout: expect.stringMatching(stdout), stderr: expect.stringMatching(stderr) });
  });
}
