import { judge, type PairRegister, type RegisterSeen, skewMs } from "@ocelli/model";
import { ManualClock } from "@ocelli/test-kit";
import fc from "fast-check";
import { expect, test } from "vitest";
import { answer, go, listenedPoll, offered, outletTo, spec } from "../testing/fakes.js";
import { RunLog } from "./run-log.js";
import type { ClaimOutcome, Guard, HoldOutcome, WorkModule } from "./run-ports.js";
import { Runner } from "./runner.js";
import { noSpool } from "./spool.js";

// Agents that share one pair, over a register whose requests and answers come in any order, late, or never. The reference is the
// device: who asks it when.

const frequencyMs = 10_000;
const leaseMs = 3_000;
const agents = 3;

type Op =
  | { readonly kind: "offer"; readonly to: readonly number[] }
  | { readonly kind: "step"; readonly times: number }
  | { readonly kind: "pass"; readonly ms: number }
  | { readonly kind: "lose" };

const ops: fc.Arbitrary<Op[]> = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant("offer" as const),
        to: fc.array(fc.nat(agents - 1), { minLength: 1, maxLength: 4 }),
      }),
    },
    { weight: 6, arbitrary: fc.record({ kind: fc.constant("step" as const), times: fc.integer({ min: 1, max: 8 }) }) },
    {
      weight: 4,
      arbitrary: fc.record({ kind: fc.constant("pass" as const), ms: fc.constantFrom(5, 300, 2_500, 6_000, 9_600) }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("lose" as const) }) },
  ),
  { minLength: 5, maxLength: 40 },
);

type Claim = (world: World, register: PairRegister, expected: number) => Promise<ClaimOutcome>;

const claimed: Claim = (world, register, expected) => world.claim(register, expected);
/** No guard at all. */
const claimOff: Claim = async (world, register) => {
  world.force(register);
  return { kind: "won", revision: world.seen?.revision ?? 0 };
};

class World {
  readonly clock = new ManualClock();
  seen: RegisterSeen | undefined;
  /** When the broker took the claim of each run that reached the device. */
  readonly startsAtMs: number[] = [];
  overlaps = 0;
  ran = 0;
  loses = 0;
  readonly errors: string[] = [];
  readonly #runners: Runner[];
  readonly #scheduler: fc.Scheduler;
  readonly #claimsAtMs = new Map<number, number>();
  #asking = 0;

  constructor(scheduler: fc.Scheduler, claim: Claim) {
    this.#scheduler = scheduler;
    this.#runners = Array.from({ length: agents }, (_, i) => this.#agent(`agent-${i}`, claim));
  }

  async play(op: Op): Promise<void> {
    if (op.kind === "offer") this.#offer(op.to);
    else if (op.kind === "pass") await this.clock.advance(op.ms);
    else if (op.kind === "lose") this.loses += 1;
    else for (let i = 0; i < op.times && this.#scheduler.count() > 0; i += 1) await this.#scheduler.waitOne();
    await this.clock.advance(0);
  }

  /** Everything arrives, and time goes on until no lease can hold. */
  async settle(): Promise<void> {
    for (let i = 0; i < 20; i += 1) {
      await this.clock.advance(1_000);
      while (this.#scheduler.count() > 0) await this.#scheduler.waitOne();
    }
    for (const runner of this.#runners) runner.stop();
    await this.clock.advance(1_000);
  }

  async claim(register: PairRegister, expected: number): Promise<ClaimOutcome> {
    const outcome = await this.#write(register, expected);
    if (outcome === "unknown") return { kind: "unknown" };
    return outcome === "moved" ? { kind: "superseded" } : { kind: "won", revision: outcome };
  }

  force(register: PairRegister): number {
    const revision = (this.seen?.revision ?? 0) + 1;
    this.seen = { register, revision, storedAtMs: this.clock.nowMs() };
    if (register.running && register.startedAtMs === 0) this.#claimsAtMs.set(revision, this.clock.nowMs());
    return revision;
  }

  /** What a scheduler would send now, handed to several agents. */
  #offer(to: readonly number[]): void {
    const nowMs = this.clock.nowMs();
    const verdict = judge(this.seen, frequencyMs, nowMs);
    if (verdict.kind !== "open") return;
    const times = { slotAtMs: nowMs, notBeforeAtMs: nowMs, expiresAtMs: nowMs + frequencyMs };
    for (const i of to)
      this.#runners[i]?.offer(offered({ ...times, frequencyMs, revision: verdict.revision }), this.#plugin(), go);
  }

  /** Request and answer travel by themselves; an answer may be lost. */
  async #write(register: PairRegister, expected: number): Promise<number | "moved" | "unknown"> {
    await this.#scheduler.schedule(Promise.resolve(), "request");
    const isNewest = (this.seen?.revision ?? 0) === expected;
    const outcome = isNewest ? this.force(register) : "moved";
    await this.#scheduler.schedule(Promise.resolve(), "answer");
    if (this.loses === 0) return outcome;
    this.loses -= 1;
    return "unknown";
  }

  async #hold(register: PairRegister, expected: number): Promise<HoldOutcome> {
    const outcome = await this.#write(register, expected);
    if (outcome === "unknown") return { kind: "unknown" };
    return outcome === "moved" ? { kind: "lost" } : { kind: "held", revision: outcome };
  }

  #plugin() {
    const module: WorkModule = {
      itemsPerCall: 100,
      poll: (items, listener) =>
        listenedPoll((signal) => this.#device(items[0]?.run.fence ?? 0, items.length, signal), listener),
      enrich: () => {
        throw new Error("not asked for");
      },
      discover: () => {
        throw new Error("not asked for");
      },
    };
    return { spec: { ...spec, frequencyMs, timeoutMs: 8_000 }, kind: "polling", module, wantsEnrichments: [] } as const;
  }

  async *#device(fence: number, items: number, signal: AbortSignal) {
    this.#asking += items;
    if (this.#asking > 1) this.overlaps += 1;
    this.startsAtMs.push(this.#claimsAtMs.get(fence) ?? Number.NaN);
    this.ran += 1;
    const left = new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
    await Promise.race([this.#scheduler.schedule(Promise.resolve(), "device"), left]);
    this.#asking -= items;
    if (!signal.aborted) for (let i = 0; i < items; i += 1) yield answer(i);
  }

  #agent(agentId: string, claim: Claim): Runner {
    let attempts = 0;
    const guard: Guard = {
      claim: (_, register, expected) => claim(this, register, expected),
      hold: (_, register, expected) => this.#hold(register, expected),
    };
    return new Runner({
      ...{ clock: this.clock, guard, agentId, leaseMs, spool: noSpool, log: new RunLog() },
      broker: { nowMs: () => this.clock.nowMs(), known: () => true, reconnectedAtMs: () => 0 },
      newAttempt: () => `${agentId} ${attempts++}`,
      results: outletTo(async () => {
        await this.#scheduler.schedule(Promise.resolve(), "result");
        return { kind: "stored" };
      }),
      enrichments: { find: async () => undefined },
      event: () => {},
      onError: (message) => this.errors.push(message),
      onRan: () => {},
      onFree: () => {},
    });
  }
}

async function played(scheduler: fc.Scheduler, all: readonly Op[], claim: Claim): Promise<World> {
  const world = new World(scheduler, claim);
  for (const op of all) await world.play(op);
  await world.settle();
  return world;
}

test("in whatever order requests and answers come, a device is asked by one agent at a time and keeps its interval", async () => {
  let ran = 0;
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), ops, async (scheduler, all) => {
      const world = await played(scheduler, all, claimed);
      ran += world.ran;
      expect(world.errors).toEqual([]);
      expect(world.overlaps).toBe(0);
      const starts = world.startsAtMs.sort((a, b) => a - b);
      for (const [i, atMs] of starts.slice(1).entries())
        expect(atMs - (starts[i] ?? 0)).toBeGreaterThanOrEqual(frequencyMs - skewMs(frequencyMs));
      // Nothing is stuck: once time has passed, the pair can run.
      expect(judge(world.seen, frequencyMs, world.clock.nowMs() + frequencyMs).kind).toBe("open");
    }),
    { numRuns: 400 },
  );
  expect(ran).toBeGreaterThan(100);
}, 60_000);

test("without the claim the same property finds a device that is asked twice at a time", async () => {
  const property = fc.asyncProperty(fc.scheduler(), ops, async (scheduler, all) => {
    expect((await played(scheduler, all, claimOff)).overlaps).toBe(0);
  });
  expect(await fc.check(property, { numRuns: 150, endOnFailure: true })).toMatchObject({ failed: true });
}, 60_000);
