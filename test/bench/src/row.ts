import { join } from "node:path";

/** A line of text for the person who waits, and a signal that ends everything. */
export interface RowContext {
  /** Says what is going on, on stderr. */
  readonly log: (line: string) => void;
  /** Aborted at an interrupt: close everything and throw `signal.reason`. */
  readonly signal: AbortSignal;
  /** An empty directory of this row's own. Removed after the row. */
  readonly workDir: string;
  /** How long one measured window is, in seconds. */
  readonly seconds: number;
  /** How many windows to measure after the warm-up; the figures are their medians. */
  readonly windows: number;
  /** The process whose CPU is to be profiled, such as "agent", or null. */
  readonly profile: string | null;
  /** Slots per second to offer instead of searching the highest rate, or null. */
  readonly rate: number | null;
  /** Measure although other processes use the machine. */
  readonly allowBusy: boolean;
}

/** One line of the bench. Null where a row cannot have the figure. */
export interface Row {
  /** Starts with mesh, naive, broker, grpc, bullmq or celery; `snmp…` and `scheduler…` rows may have names of their own. */
  readonly name: string;
  /** Completed runs per second: the median of the windows. */
  readonly runsPerS: number;
  /** CPU of all processes of the row per run, in microseconds: the median of the windows. */
  readonly cpuUsPerRun: number;
  /** The same by process. */
  readonly cpuUsBy: Readonly<Record<string, number>>;
  readonly latenessP50Ms: number | null;
  readonly latenessP99Ms: number | null;
  /** Resident memory at the end of the last window, in MB, by process. */
  readonly residentMbBy?: Readonly<Record<string, number>>;
  /** One sentence that the reader of the figures must know. */
  readonly note?: string;
  /** Runs per second of every window, in order. */
  readonly windows?: readonly number[];
  /** Further figures with their unit in the name, such as `pairs` or `interfacesPerS`. */
  readonly more?: Readonly<Record<string, number>>;
}

/** Makes rows. One maker may make several, which share what they started. */
export interface RowMaker {
  /** What `--only` names: the row of the maker, or the first of several. */
  readonly name: string;
  /** True for what is left out unless it is named or `--peers` is given. */
  readonly peers?: boolean;
  /** True for what takes minutes: left out of --quick unless it is named. */
  readonly long?: boolean;
  make(context: RowContext): Promise<readonly Row[]>;
}

/** The bench cannot be honest: the sentence says why. No figure is printed for the row, and the run fails. */
export class Dishonest extends Error {
  override readonly name = "Dishonest";
}

/** Where profiles go: they outlive the row's own directory. */
export function profileDir({ workDir }: RowContext): string {
  return join(workDir, "..", "profiles");
}
