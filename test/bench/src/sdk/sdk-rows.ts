import { setTimeout as sleep } from "node:timers/promises";
import { median, medianBy, sumOf } from "../figures.js";
import { mustBeQuiet } from "../honesty.js";
import { type Window, watchWindow, windowText } from "../mesh/window.js";
import { Dishonest, type Row, type RowContext, type RowMaker } from "../row.js";
import { type Language, languages, type Programs } from "./languages.js";
import { Load } from "./load.js";
import { type Subject, type SubjectPlan, startSubject, type Transport } from "./subject.js";
import { treeCpuUs, treeResidentMb } from "./tree-usage.js";

const transports: readonly Transport[] = ["unix", "tcp"];
const batches = [1, 10, 100] as const;
/** A window needs fewer seconds than one of a mesh: nothing here waits for a slot. */
const windowMostS = 2;
const warmUpMs = 2_000;
const settleMs = 200;
/** From here on the rate is the load generator's and not the module's. */
const loadMostShare = 0.9;
const startsMeasured = 5;

/** Modules of each SDK and of the exec bridge, each beside a bare server of its language. */
export const sdkRows: readonly RowMaker[] = languages.map((language) => ({
  name: `sdk-${language.name}`,
  make: (context: RowContext) => measureLanguage(language, context),
}));

async function measureLanguage(language: Language, context: RowContext): Promise<readonly Row[]> {
  const programs = await language.prepare(context);
  const { settings = {} } = programs;
  const module: SubjectPlan = { name: `${language.name}-module`, kind: "module", command: programs.module, settings };
  const echo: SubjectPlan = { name: `${language.name}-echo`, kind: "echo", command: programs.echo, settings: {} };
  const ready = { module: await readyMs(module, context), echo: await readyMs(echo, context) };
  const rows: Row[] = [];
  for (const transport of transports) {
    const pair = { module: await startSubject(module, transport, context), echo: undefined as Subject | undefined };
    try {
      pair.echo = await startSubject(echo, transport, context);
      for (const batch of batches) {
        const name = `sdk-${language.name}-${transport}-${batch}`;
        rows.push(await measurePair({ name, batch, programs, ready }, pair.module, pair.echo, context));
      }
    } finally {
      await pair.module.stop();
      await pair.echo?.stop();
    }
  }
  return rows;
}

/** From the start of the process to its first answer over a unix socket: the median of some starts. */
async function readyMs(plan: SubjectPlan, context: RowContext): Promise<number> {
  const seen: number[] = [];
  for (let i = 0; i < startsMeasured; i += 1) {
    const subject = await startSubject(plan, "unix", context);
    seen.push(subject.readyMs);
    await subject.stop();
  }
  return median(seen);
}

interface Cell {
  readonly name: string;
  readonly batch: number;
  readonly programs: Programs;
  readonly ready: { readonly module: number; readonly echo: number };
}

/** The windows of module and echo in turns, so that what the machine does to one it does to the other. */
async function measurePair(cell: Cell, module: Subject, echo: Subject, context: RowContext): Promise<Row> {
  const windows: Record<"module" | "echo", LoadedWindow[]> = { module: [], echo: [] };
  const subjects = { module, echo };
  for (const which of ["module", "echo"] as const) await warmUp(subjects[which], cell.batch, context);
  for (let i = 0; i < context.windows; i += 1) {
    for (const which of ["echo", "module"] as const) {
      const window = await loadedWindow(subjects[which], cell.batch, context);
      context.log(`${cell.name}, ${which}: ${windowText(window)}`);
      windows[which].push(window);
    }
  }
  mustBeQuiet([...windows.module, ...windows.echo], context.allowBusy);
  if ([...windows.module, ...windows.echo].some(({ runs }) => runs === 0)) {
    throw new Dishonest(`${cell.name}: nothing was answered for a whole window`);
  }
  return await rowOf(cell, windows, subjects);
}

interface LoadedWindow extends Window {
  /** Share of one core that the load generator used. */
  readonly loadShare: number;
}

async function warmUp(subject: Subject, batch: number, { signal }: RowContext): Promise<void> {
  const load = new Load(subject.connection, subject.metadata, batch);
  load.start();
  await Promise.race([sleep(warmUpMs, undefined, { signal }), load.failed, subject.child.failed]);
  await load.stop();
}

async function loadedWindow(subject: Subject, batch: number, context: RowContext): Promise<LoadedWindow> {
  const load = new Load(subject.connection, subject.metadata, batch);
  const failed = Promise.race([load.failed, subject.child.failed]);
  failed.catch(() => {});
  const { pid } = subject.child;
  load.start();
  await Promise.race([sleep(settleMs, undefined, { signal: context.signal }), failed]);
  const own = process.cpuUsage();
  const measured = {
    pids: { module: pid },
    failed,
    read: async () => ({ count: load.answered, latenessMs: [] }),
    cpuUs: async () => {
      const { own: ownUs, programs } = await treeCpuUs(pid);
      return { module: ownUs, ...(programs > 0 && { programs }) };
    },
  };
  const window = await watchWindow(measured, Math.min(context.seconds, windowMostS), context.signal);
  const used = process.cpuUsage(own);
  await load.stop();
  return { ...window, loadShare: (used.user + used.system) / 1e6 / window.seconds };
}

async function rowOf(
  { name, batch, programs, ready }: Cell,
  windows: Readonly<Record<"module" | "echo", readonly LoadedWindow[]>>,
  { module, echo }: { readonly module: Subject; readonly echo: Subject },
): Promise<Row> {
  const cpuUsBy = medianBy(windows.module.map((window) => window.cpuUsBy));
  const cpuUsPerRun = sumOf(cpuUsBy);
  const echoUs = median(windows.echo.map((window) => window.cpuUsPerRun));
  const notes = [programs.note, loadNote("module", windows.module), loadNote("echo", windows.echo)];
  const note = notes.filter((text) => text !== undefined).join("; ");
  return {
    name,
    runsPerS: median(windows.module.map((window) => window.runsPerS)),
    cpuUsPerRun,
    cpuUsBy,
    latenessP50Ms: null,
    latenessP99Ms: null,
    residentMbBy: { module: await treeResidentMb(module.child.pid), echo: await treeResidentMb(echo.child.pid) },
    windows: windows.module.map((window) => window.runsPerS),
    more: {
      batch,
      readyMs: ready.module,
      echoPerS: median(windows.echo.map((window) => window.runsPerS)),
      echoCpuUsPerRun: echoUs,
      echoReadyMs: ready.echo,
      toEcho: cpuUsPerRun / echoUs,
    },
    ...(note !== "" && { note }),
  };
}

function loadNote(which: string, windows: readonly LoadedWindow[]): string | undefined {
  const share = median(windows.map((window) => window.loadShare));
  return share < loadMostShare ? undefined : `the load generator was the limit of the ${which}'s rate`;
}
