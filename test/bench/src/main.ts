import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { messageOf } from "@ocelli/model";
import { chooseRows } from "./choose-rows.js";
import { type Options, parseOptions, usage } from "./options.js";
import { type Failure, writeDocs } from "./output/docs.js";
import { plainText, tablesOf } from "./output/tables.js";
import { killAll } from "./processes/child.js";
import type { Row, RowMaker } from "./row.js";
import { rowMakers } from "./rows.js";

const log = (line: string): void => void process.stderr.write(`${line}\n`);

const twiceWithinMs = 500;

process.exit(await main(process.argv.slice(2)));

async function main(args: readonly string[]): Promise<number> {
  let options: Options;
  let makers: readonly RowMaker[];
  try {
    options = parseOptions(args);
    makers = chooseRows(rowMakers, options);
  } catch (error) {
    log(`${messageOf(error)}\n\n${usage}`);
    return 2;
  }
  if (options.help) {
    process.stdout.write(usage);
    return 0;
  }
  const { signal } = interruptible();
  const dir = options.keep ?? (await mkdtemp(join(tmpdir(), "ocelli-bench-")));
  try {
    return await makeAll(options, makers, dir, signal);
  } finally {
    if (options.keep === null) await rm(dir, { recursive: true, force: true });
  }
}

/** Aborted by the first signal, upon which everything is cleaned up. Who does not want to wait for that sends another one; `timeout`
 *  and terminals send the same one twice at once. */
function interruptible(): AbortController {
  const interrupted = new AbortController();
  let firstAtMs = 0;
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(name, () => {
      if (!interrupted.signal.aborted) firstAtMs = performance.now();
      else if (performance.now() - firstAtMs > twiceWithinMs) process.exit(130);
      interrupted.abort(new Error(`interrupted by ${name}`));
    });
  }
  process.on("exit", killAll);
  return interrupted;
}

async function makeAll(
  options: Options,
  makers: readonly RowMaker[],
  dir: string,
  signal: AbortSignal,
): Promise<number> {
  const rows: Row[] = [];
  const failures: Failure[] = [];
  for (const maker of makers) {
    try {
      rows.push(...(await makeOne(maker, options, dir, signal)));
    } catch (error) {
      if (signal.aborted) return 130;
      log(`no figures for ${maker.name}: ${messageOf(error)}`);
      failures.push({ name: maker.name, reason: messageOf(error) });
      if (options.json)
        process.stdout.write(`${JSON.stringify({ name: maker.name, notMeasured: messageOf(error) })}\n`);
    }
  }
  const missing = failures.map(({ name, reason }) => [name, reason]);
  const tables = [...tablesOf(rows), { title: "Not measured", head: ["row", "why"], lines: missing }];
  const full = tables.filter(({ lines }) => lines.length > 0);
  if (!options.json) process.stdout.write(`\n${full.map(plainText).join("\n\n")}\n`);
  const command = ["npm run bench --", ...process.argv.slice(2)].join(" ");
  if (options.writeDocs) await writeDocs(rows, failures, command);
  return failures.length > 0 ? 1 : 0;
}

async function makeOne(maker: RowMaker, options: Options, dir: string, signal: AbortSignal): Promise<readonly Row[]> {
  const workDir = join(dir, maker.name);
  await rm(workDir, { recursive: true, force: true });
  await mkdir(workDir, { recursive: true });
  log(`${maker.name}: starting`);
  try {
    const rows = await maker.make({ ...options, log, signal, workDir });
    for (const row of rows) if (options.json) process.stdout.write(`${JSON.stringify(row)}\n`);
    return rows;
  } finally {
    if (options.keep === null) await rm(workDir, { recursive: true, force: true });
  }
}
