import { open, readFile, rm } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { OcelliError } from "@ocelli/model";
import { identify, isAlive, type ProcessIdentity } from "./process-identity.js";
import { replaceFile, type ServerFiles } from "./server-files.js";

/** Who uses a data folder: the process that started the server, and the server once there is one. */
interface Holders {
  readonly owner: ProcessIdentity;
  readonly server?: ProcessIdentity;
}

export interface FolderLock {
  /** Notes the running server, so that it is found even if this process dies. */
  holdFor(serverPid: number): Promise<void>;
  release(): Promise<void>;
}

/** Two servers on one store destroy it. Takes the folder for this process, or fails with `conflict` and the number of
 *  the process that has it. A server whose owner died is stopped first: nobody else would. */
export async function lockFolder({ dir, lockFile }: ServerFiles, say: (sentence: string) => void): Promise<FolderLock> {
  const owner = await identify(process.pid);
  for (let attempt = 0; attempt < 3; attempt++) {
    if (await writeNew(lockFile, { owner })) {
      return {
        holdFor: async (pid) => replaceFile(lockFile, JSON.stringify({ owner, server: await identify(pid) })),
        release: () => rm(lockFile, { force: true }),
      };
    }
    await clearStale(dir, lockFile, owner, say);
  }
  throw new OcelliError("conflict", `the data folder ${dir} is being taken by another process`);
}

async function clearStale(
  dir: string,
  lockFile: string,
  me: ProcessIdentity,
  say: (sentence: string) => void,
): Promise<void> {
  const holders = await readHolders(lockFile);
  if (holders) {
    const { owner, server } = holders;
    const serverLives = server !== undefined && (await isAlive(server));
    const mine = owner.pid === me.pid && owner.born === me.born;
    // A server of ours that ended is ours to start again; one that is being started has no number yet.
    if (mine ? serverLives || !server : await isAlive(owner)) {
      const who = mine ? "this process" : `process ${owner.pid}`;
      throw new OcelliError("conflict", `the data folder ${dir} is in use by ${who}: stop it, or name another folder`);
    }
    if (serverLives) {
      say(`Stopping the nats-server ${server.pid} that a process which is gone left behind.`);
      await endOrphan(server, dir);
    }
  }
  await rm(lockFile, { force: true });
}

async function endOrphan(server: ProcessIdentity, dir: string): Promise<void> {
  if (server.born === "") {
    throw new OcelliError("conflict", `the data folder ${dir} may be in use by process ${server.pid}: stop it first`);
  }
  process.kill(server.pid, "SIGTERM");
  for (let waitedMs = 0; await isAlive(server); waitedMs += 50) {
    if (waitedMs === 10_000) process.kill(server.pid, "SIGKILL");
    if (waitedMs > 15_000) throw new OcelliError("conflict", `process ${server.pid} uses ${dir} and cannot be stopped`);
    await sleep(50);
  }
}

async function writeNew(file: string, holders: Holders): Promise<boolean> {
  const handle = await open(file, "wx", 0o600).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "EEXIST") return undefined;
    throw new OcelliError("unavailable", `the data folder cannot be written: ${file}`, { cause: error });
  });
  await handle?.writeFile(JSON.stringify(holders));
  await handle?.close();
  return handle !== undefined;
}

/** `undefined` when the file is gone or was cut short by a crash. */
async function readHolders(file: string): Promise<Holders | undefined> {
  try {
    const read: unknown = JSON.parse(await readFile(file, "utf8"));
    return typeof read === "object" && read !== null && "owner" in read ? (read as Holders) : undefined;
  } catch {
    return undefined;
  }
}
