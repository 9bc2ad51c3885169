import { cp } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { faults, quickSet } from "./faults/index.js";
import { writeDocs } from "./run/docs-table.js";
import type { Fault } from "./run/fault.js";
import type { Report } from "./run/report.js";
import { type RunOptions, runFault } from "./run/run-fault.js";
import { runSoak } from "./run/run-soak.js";
import { spanMs } from "./run/span.js";
import { machineIsFree } from "./world/machine.js";

const usage = `usage: npm run faults -- [options]
  --quick          faults in their short forms, and of all faults so many as fit in ten minutes
  --only a,b       these faults alone (the baseline runs first all the same)
  --soak 10m       everything at once, randomly, for so long: 60s, 10m, 8h
  --write-docs     writes the figures of the run into docs/faults.md
  --sabotage X     only the race without a protection: claim-off or check-before-lock
  --seed N         the same seed gives the same schedule; drawn anew where it is left out
  --json           nothing but JSON lines on stdout
  --keep DIR       keeps logs, device logs and results of each run there
  --list           names the faults
`;

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    only: { type: "string" },
    soak: { type: "string" },
    "write-docs": { type: "boolean", default: false },
    sabotage: { type: "string" },
    seed: { type: "string" },
    json: { type: "boolean", default: false },
    keep: { type: "string" },
    list: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

const stop = new AbortController();
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(name, () => {
    if (stop.signal.aborted) process.exit(130); // the warden cleans up behind us
    stop.abort(new Error(`stopped by ${name}`));
  });
}

function say(sentence: string): void {
  (values.json ? process.stderr : process.stdout).write(`${sentence}\n`);
}

/** The faults that were asked for, the baseline first. Throws where a name is none. */
function chosen(): Fault[] {
  const { sabotage } = values;
  if (values.soak !== undefined) return faults.filter(({ name }) => name === "baseline");
  if (sabotage !== undefined) {
    const found = faults.filter((fault) => fault.sabotage === sabotage);
    if (found.length === 0) throw new Error(`nothing is sabotaged by ${sabotage}: claim-off or check-before-lock`);
    return found;
  }
  if (values.only === undefined) return [...(values.quick ? quickSet : faults)];
  const names = new Set(["baseline", ...values.only.split(",").map((name) => name.trim())]);
  const unknown = [...names].filter((name) => !faults.some((fault) => fault.name === name));
  if (unknown.length > 0) throw new Error(`no fault is called ${unknown.join(", ")}; see --list`);
  return faults.filter(({ name }) => names.has(name));
}

/** Everything but the stores of the broker and of agents, which change while they are copied. */
function isKept(path: string): boolean {
  return !path.includes("/jetstream") && !path.includes("/spool");
}

async function main(): Promise<number> {
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  if (values.list) {
    for (const { name, about } of faults) process.stdout.write(`${name.padEnd(26)} ${about}\n`);
    return 0;
  }
  const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(values.seed);
  if (!Number.isSafeInteger(seed)) throw new Error(`--seed ${values.seed} is no whole number`);
  const reports: Report[] = [];
  const size = values.quick ? "quick" : "full";
  const soakMs = values.soak === undefined ? undefined : spanMs(values.soak);
  let failed = 0;
  for (const fault of chosen()) {
    if (stop.signal.aborted) return 130;
    const report = await run(fault.name, (keep) => runFault(fault, { seed, size, say, ...keep }, stop.signal));
    if (report) reports.push(report);
    if (report?.passed) continue;
    failed += 1;
    if (fault.name === "baseline") {
      say(
        "The baseline without faults is not clean: nothing that follows would say anything, so the suite stops here.",
      );
      break;
    }
  }
  if (soakMs !== undefined && failed === 0 && !stop.signal.aborted) {
    const report = await run("soak", (keep) => runSoak(soakMs, { seed, size, say, ...keep }, stop.signal));
    if (report) reports.push(report);
    if (!report?.passed) failed += 1;
  }
  if (stop.signal.aborted) return 130;
  if (values["write-docs"]) await writeDocs(reports);
  say(failed === 0 ? "All bars hold." : `${failed} did not pass.`);
  return failed === 0 ? 0 : 1;
}

type Keep = Pick<RunOptions, "keep">;

/** Undefined where there are no figures. */
async function run(name: string, work: (keep: Keep) => Promise<Report>): Promise<Report | undefined> {
  const startedMs = performance.now();
  const keepIn = values.keep;
  const keep: Keep =
    keepIn === undefined
      ? {}
      : { keep: (dir: string) => cp(dir, join(keepIn, name), { recursive: true, filter: isKept }) };
  try {
    await machineIsFree(stop.signal);
    const report = await work(keep);
    const tookS = Math.round((performance.now() - startedMs) / 1000);
    process.stdout.write(`${JSON.stringify({ ...report, tookS })}\n`);
    say(report.passed ? `${name} passed` : `${name} did not pass: ${report.broken.join("; ")}`);
    return report;
  } catch (error) {
    // No figure is better than one that is not true.
    say(`${name} has no figures: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
