import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type FakeMesh, type FakeWorld, freshWorld, startFakeMesh } from "./fake-mesh.js";
import { type Ended, runCli } from "./run-cli.js";

/** One question to the command and what it has to come to. */
export interface AnswerRow {
  readonly why: string;
  readonly args: readonly string[];
  readonly stdin?: string;
  /** What is different in the mesh. */
  readonly change?: (world: FakeWorld) => void;
  readonly code: number;
  readonly stdout?: RegExp;
  readonly stderr?: RegExp;
}

export interface AskedMesh {
  readonly mesh: () => FakeMesh;
  /** Runs the built command against the mesh. */
  ocelli(args: readonly string[], stdin?: string): Promise<Ended>;
}

/** A fake mesh for all tests of a file; each finds it fresh. */
export function askedMesh(): AskedMesh {
  let mesh: FakeMesh;
  beforeAll(async () => {
    mesh = await startFakeMesh();
  });
  afterAll(async () => {
    await mesh.stop();
  });
  beforeEach(() => {
    Object.assign(mesh.world, freshWorld());
  });
  return {
    mesh: () => mesh,
    ocelli: (args, stdin) => runCli(["--registry", mesh.endpoint, ...args], stdin === undefined ? {} : { stdin }),
  };
}

export function answerTable({ mesh, ocelli }: AskedMesh, rows: readonly AnswerRow[]): void {
  test.for(rows)("$why: ends with $code", async ({ args, stdin, change, code, stdout, stderr }) => {
    change?.(mesh().world);
    const ended = await ocelli(args, stdin);
    expect(ended).toMatchObject({
      code,
      ...(stdout ? { stdout: expect.stringMatching(stdout) } : {}),
      ...(stderr ? { stderr: expect.stringMatching(stderr) } : {}),
    });
  });
}
