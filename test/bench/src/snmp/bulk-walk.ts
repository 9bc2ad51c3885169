import { spawn } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Dishonest } from "../row.js";
import { community, type SimulatedDevice } from "./devices.js";

const tables = { ifTable: "1.3.6.1.2.1.2.2", ifXTable: "1.3.6.1.2.1.31.1.1", dot3StatsTable: "1.3.6.1.2.1.10.7.2" };
/** ifDescr: one line of it for each interface. */
const ifDescr = ".1.3.6.1.2.1.2.2.1.2.";
/** As quick as it goes: no names are looked up, numbers are printed as they are, an answer is as large as ours. */
const options = `-v2c -c ${community} -Oqn -m "" -Cr40 -t 5 -r 1`;
const processesAtOnce = 8;

export interface Round {
  /** CPU of xargs and all snmpbulkwalk processes, from their start to their end, in microseconds. */
  readonly cpuUs: number;
}

/** Walks all devices once: one process for each table of each device, eight at a time. Fails if any of them did. */
export async function walkAll(
  program: string,
  devices: readonly SimulatedDevice[],
  workDir: string,
  signal: AbortSignal,
): Promise<Round> {
  const list = join(workDir, "walks");
  await writeFile(list, devices.flatMap(({ endpoint }) => walksOf(endpoint)).join(""));
  const script = `xargs -P ${processesAtOnce} -L 1 ${program} < ${list} > /dev/null || exit 1; times`;
  return { cpuUs: childrenUs(await shell(script, signal)) };
}

/** Walks each device once and counts what was found. Fails unless that is every interface. */
export async function mustFindAll(
  program: string,
  devices: readonly SimulatedDevice[],
  workDir: string,
  signal: AbortSignal,
): Promise<void> {
  const list = join(workDir, "walks");
  const out = join(workDir, "walked");
  await writeFile(list, devices.map(({ endpoint }) => walksOf(endpoint)[0]).join(""));
  await shell(`xargs -P 1 -L 1 ${program} < ${list} > ${out}`, signal);
  const found = (await readFile(out, "utf8")).split("\n").filter((line) => line.startsWith(ifDescr)).length;
  const wanted = devices.reduce((sum, { interfaces }) => sum + interfaces, 0);
  if (found !== wanted) throw new Dishonest(`snmpbulkwalk found ${found} interfaces of ${wanted}`);
}

function walksOf(endpoint: string): string[] {
  return Object.values(tables).map((table) => `${options} ${endpoint} ${table}\n`);
}

/** The second line of what `times` says: user and system time of the children. */
function childrenUs(text: string): number {
  const [user, system] = (text.trim().split("\n")[1] ?? "").split(" ").map((part) => /^(\d+)m([\d.]+)s$/.exec(part));
  if (!user || !system) throw new Dishonest(`the shell's times cannot be read: ${text}`);
  return [user, system].reduce((us, [, minutes, seconds]) => us + (Number(minutes) * 60 + Number(seconds)) * 1e6, 0);
}

/** Runs a script in a process group of its own, and ends all of it at an abort. */
async function shell(script: string, signal: AbortSignal): Promise<string> {
  signal.throwIfAborted();
  return await new Promise((resolve, reject) => {
    const child = spawn("/bin/sh", ["-c", script], { stdio: ["ignore", "pipe", "pipe"], detached: true });
    const [said, complained]: [string[], string[]] = [[], []];
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => void said.push(chunk));
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => void complained.push(chunk));
    const kill = (): void => {
      if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    };
    signal.addEventListener("abort", kill, { once: true });
    child.once("error", reject);
    child.once("close", (code) => {
      signal.removeEventListener("abort", kill);
      const complaint = complained.join("").trim().split("\n").at(-1) ?? "";
      if (code === 0) resolve(said.join(""));
      else reject(signal.aborted ? signal.reason : new Dishonest(`snmpbulkwalk failed: ${complaint}`));
    });
  });
}
