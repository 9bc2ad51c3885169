import { randomBytes } from "node:crypto";
import { mkdir, open, readFile, rename, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";

/** What a data folder holds besides the streams. */
export interface ServerFiles {
  readonly dir: string;
  readonly storeDir: string;
  readonly configFile: string;
  readonly logFile: string;
  readonly lockFile: string;
  /** A secret that lets a client in. Made once, readable by the owner only, so that a restart resumes. */
  readonly token: string;
  /** Tells this folder's server from any other that may answer on the port. Not a secret. */
  readonly serverName: string;
}

/** Makes a data folder, or opens one that is there. */
export async function openServerFiles(dataDir: string): Promise<ServerFiles> {
  const dir = resolve(dataDir);
  await mkdir(join(dir, "store"), { recursive: true, mode: 0o700 });
  return {
    dir,
    storeDir: join(dir, "store"),
    configFile: join(dir, "nats-server.conf"),
    logFile: join(dir, "nats-server.log"),
    lockFile: join(dir, "nats-server.lock"),
    token: await remembered(join(dir, "token"), () => randomBytes(24).toString("hex")),
    serverName: await remembered(join(dir, "server-name"), () => `ocelli-${randomBytes(6).toString("hex")}`),
  };
}

/** The port of the last start, so that clients find the server again after a restart. */
export async function lastPort({ dir }: ServerFiles): Promise<number | undefined> {
  const text = await readFile(join(dir, "port"), "utf8").catch(() => "");
  const port = Number(text.trim());
  return Number.isInteger(port) && port > 0 && port < 65_536 ? port : undefined;
}

export async function rememberPort({ dir }: ServerFiles, port: number): Promise<void> {
  await replaceFile(join(dir, "port"), `${port}\n`);
}

export interface ServerSettings {
  readonly host: string;
  readonly port: number;
  readonly storeDir: string;
  /** Every write reaches the disk before it is acknowledged. Servers before 2.10 cannot be told to. */
  readonly syncAlways: boolean;
}

/** Writes the configuration: a file, not arguments, so that the token shows in no process list. */
export async function writeConfig(files: ServerFiles, settings: ServerSettings): Promise<void> {
  const sync = settings.syncAlways ? "\n  sync_interval: always" : "";
  await replaceFile(
    files.configFile,
    `# Written at each start; changes are lost.
server_name: ${JSON.stringify(files.serverName)}
listen: "${settings.host}:${settings.port}"
authorization { token: ${JSON.stringify(files.token)} }
jetstream {
  store_dir: ${JSON.stringify(settings.storeDir)}${sync}
}
`,
  );
}

async function remembered(file: string, make: () => string): Promise<string> {
  const known = (await readFile(file, "utf8").catch(() => "")).trim();
  if (known) return known;
  const made = make();
  await replaceFile(file, `${made}\n`);
  return made;
}

/** Replaces a file in one step, readable by its owner only. */
export async function replaceFile(file: string, text: string): Promise<void> {
  const next = `${file}.${process.pid}.new`;
  await writeFile(next, text, { mode: 0o600 });
  await rename(next, file);
}

const logLimitBytes = 10 * 1024 * 1024;

/** Opens the server's log for appending and says where the new part begins. A long one is set aside first, so that
 *  there are at most two. */
export async function openLog({
  logFile,
}: ServerFiles): Promise<{ fd: number; startBytes: number; close(): Promise<void> }> {
  let handle = await open(logFile, "a", 0o600);
  if ((await handle.stat()).size > logLimitBytes) {
    await handle.close();
    await rename(logFile, `${logFile}.1`);
    handle = await open(logFile, "a", 0o600);
  }
  return { fd: handle.fd, startBytes: (await handle.stat()).size, close: () => handle.close() };
}

/** The last lines of the log since an offset: why a server ended, in its own words. */
export async function logSince({ logFile }: ServerFiles, startBytes: number, lines = 5): Promise<string> {
  const text = await readFile(logFile)
    .then((bytes) => bytes.subarray(startBytes).toString("utf8"))
    .catch(() => "");
  return text.trim().split("\n").slice(-lines).join("\n");
}
