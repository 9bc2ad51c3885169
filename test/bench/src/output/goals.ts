import type { Row } from "../row.js";

export interface Goal {
  /** What is wanted, as a sentence. */
  readonly goal: string;
  /** What was measured; undefined where a row for it is missing. */
  readonly measured: string | undefined;
  readonly verdict: "met" | "missed" | "not measured";
}

interface Wanted {
  readonly goal: string;
  readonly rows: readonly string[];
  readonly atLeast?: number;
  readonly atMost?: number;
  readonly unit: string;
  readonly digits?: number;
  /** Of the rows, in their order. */
  readonly value: (...rows: readonly Row[]) => number | null | undefined;
}

const runs = (row: Row | undefined): number => row?.runsPerS ?? Number.NaN;
const cpu = (row: Row | undefined): number => row?.cpuUsPerRun ?? Number.NaN;

const wanted: readonly Wanted[] = [
  {
    goal: "runs per second: at least 15 000",
    rows: ["mesh"],
    atLeast: 15_000,
    unit: "/s",
    value: (mesh) => mesh?.runsPerS,
  },
  {
    goal: "CPU per run, all processes: at most 120 µs",
    rows: ["mesh"],
    atMost: 120,
    unit: " µs",
    value: (mesh) => mesh?.cpuUsPerRun,
  },
  {
    goal: "at least 6 times the naive cycle",
    rows: ["mesh", "naive"],
    atLeast: 6,
    unit: "×",
    digits: 1,
    value: (mesh, other) => runs(mesh) / runs(other),
  },
  {
    goal: "at least 1.5 times BullMQ",
    rows: ["mesh", "bullmq"],
    atLeast: 1.5,
    unit: "×",
    digits: 2,
    value: (mesh, other) => runs(mesh) / runs(other),
  },
  {
    goal: "at least 10 times Celery",
    rows: ["mesh", "celery"],
    atLeast: 10,
    unit: "×",
    digits: 1,
    value: (mesh, other) => runs(mesh) / runs(other),
  },
  {
    goal: "at most 1.5 times the CPU of the bare broker cycle plus the bare stream",
    rows: ["mesh", "broker", "grpc"],
    atMost: 1.5,
    unit: "×",
    digits: 2,
    value: (mesh, broker, grpc) => cpu(mesh) / (cpu(broker) + cpu(grpc)),
  },
  {
    goal: "lateness p99 at half the highest rate: under 250 ms",
    rows: ["mesh-50"],
    atMost: 250,
    unit: " ms",
    value: (half) => half?.latenessP99Ms,
  },
  {
    goal: "cost per run does not grow with the pairs: 1 million at most 1.15 times 10 000",
    rows: ["mesh-1m", "mesh-10k"],
    atMost: 1.15,
    unit: "×",
    digits: 2,
    value: (many, few) => cpu(many) / cpu(few),
  },
  {
    goal: "scheduling 1 million pairs at 60 s, beside publishing: under 10 % of a core",
    rows: ["scheduler-1m"],
    atMost: 10,
    unit: " %",
    digits: 1,
    value: (row) => row?.more?.["besidePublishingCorePercent"],
  },
  {
    goal: "the same in memory: under 600 MB",
    rows: ["scheduler-1m"],
    atMost: 600,
    unit: " MB",
    value: (row) => row?.residentMbBy?.["scheduler"],
  },
  {
    goal: "a cold start with 1 million pairs schedules within 30 s",
    rows: ["scheduler-1m"],
    atMost: 30,
    unit: " s",
    digits: 1,
    value: (row) => row?.more?.["coldStartS"],
  },
];

/** Which goals the rows meet. */
export function goalsOf(rows: readonly Row[]): readonly Goal[] {
  return wanted.map((one) => judge(one, rows));
}

function judge({ goal, rows: names, atLeast, atMost, unit, digits = 0, value }: Wanted, rows: readonly Row[]): Goal {
  const found = names.map((name) => rows.find((row) => row.name === name));
  const measured = found.every((row) => row !== undefined) ? value(...found) : undefined;
  if (measured === undefined || measured === null || !Number.isFinite(measured)) {
    return { goal, measured: undefined, verdict: "not measured" };
  }
  const isMet = (atLeast === undefined || measured >= atLeast) && (atMost === undefined || measured <= atMost);
  return { goal, measured: `${measured.toFixed(digits)}${unit}`, verdict: isMet ? "met" : "missed" };
}
