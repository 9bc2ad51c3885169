import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join, resolve } from "node:path";
import { OcelliError } from "@ocelli/model";

/** Where `up` keeps everything: the broker's store, logs, results, and where the services listen. */
export interface DataDirectory {
  readonly path: string;
  file(...parts: string[]): string;
}

export interface Endpoints {
  readonly registry: string;
  readonly scheduler: string;
  readonly agent: string;
}

const host = "127.0.0.1";
const firstPort = { registry: 7701, scheduler: 7702, agent: 7703 };

export async function openDataDirectory(path: string): Promise<DataDirectory> {
  const absolute = resolve(path);
  try {
    // What lies here, results and logs above all, is for the one who started it alone.
    for (const dir of ["", "log", "nats", "results", "plugins"]) {
      await mkdir(join(absolute, dir), { recursive: true, mode: 0o700 });
    }
  } catch (error) {
    throw new OcelliError("invalid", `the data directory ${absolute} cannot be made; name another with --data`, {
      cause: error,
    });
  }
  return { path: absolute, file: (...parts) => join(absolute, ...parts) };
}

/** Where the services listen: the ports of the last time where they are free, else the usual ones, else free ones. */
export async function chooseEndpoints(data: DataDirectory): Promise<Endpoints> {
  const before = await readEndpoints(data.path);
  const taken = new Set<number>();
  const choose = async (name: keyof Endpoints): Promise<string> => {
    const remembered = before?.[name].split(":").at(-1);
    for (const port of [...(remembered === undefined ? [] : [Number(remembered)]), firstPort[name], 0]) {
      const free = await freePort(port);
      if (free === undefined || taken.has(free)) continue;
      taken.add(free);
      return `${host}:${free}`;
    }
    throw new OcelliError("unavailable", `no free port on ${host}`);
  };
  const endpoints = {
    registry: await choose("registry"),
    scheduler: await choose("scheduler"),
    agent: await choose("agent"),
  };
  const file = data.file("endpoints.json");
  await writeFile(`${file}.new`, JSON.stringify(endpoints));
  await rename(`${file}.new`, file);
  return endpoints;
}

/** Where the services of a data directory listen, or undefined where nothing was ever started there. */
export async function readEndpoints(path: string): Promise<Endpoints | undefined> {
  try {
    return JSON.parse(await readFile(join(path, "endpoints.json"), "utf8")) as Endpoints;
  } catch {
    return undefined;
  }
}

async function freePort(port: number): Promise<number | undefined> {
  return await new Promise((resolvePort) => {
    const server = createServer();
    server.once("error", () => resolvePort(undefined));
    server.listen(port, host, () => {
      const address = server.address();
      server.close(() => resolvePort(typeof address === "object" && address ? address.port : undefined));
    });
  });
}

/** Makes sure that one `up` works on a data directory at a time. */
export async function lockDataDirectory(data: DataDirectory): Promise<() => Promise<void>> {
  const file = data.file("up.pid");
  const before = Number(await readFile(file, "utf8").catch(() => "0"));
  if (before > 0 && before !== process.pid && isAlive(before)) {
    throw new OcelliError(
      "conflict",
      `ocelli up already runs on ${data.path} (process ${before}); stop it or name another directory with --data`,
    );
  }
  await writeFile(file, String(process.pid));
  return () => rm(file, { force: true });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
