import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { access, mkdir, readFile, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { messageOf } from "@ocelli/model";
import { findProgram } from "../processes/find-program.js";
import { Dishonest, type RowContext } from "../row.js";

const run = promisify(execFile);
const installWithinMs = 300_000;

export const pythonDir = fileURLToPath(new URL("../../python", import.meta.url));

/** The folder of a Python environment that holds Celery in the versions of `requirements.txt`. Made once, by pip from its index,
 *  and kept in the user's cache. */
export async function celeryVenv(context: Pick<RowContext, "log" | "signal">): Promise<string> {
  const requirements = join(pythonDir, "requirements.txt");
  const digest = createHash("sha256")
    .update(await readFile(requirements))
    .digest("hex");
  const cache = process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache");
  const venv = join(cache, "ocelli", "bench", `celery-${digest.slice(0, 12)}`);
  const marker = join(venv, "complete");
  const isThere = await access(marker).then(
    () => true,
    () => false,
  );
  if (isThere) return venv;
  const python = await findProgram("python3", "on Debian: apt-get install python3 python3-venv");
  context.log(`making a Python environment with Celery in ${venv}`);
  await mkdir(dirname(venv), { recursive: true });
  await rm(venv, { recursive: true, force: true });
  const options = { signal: context.signal, timeout: installWithinMs };
  try {
    await run(python, ["-m", "venv", venv], options);
    await run(join(venv, "bin", "python"), ["-m", "pip", "install", "--quiet", "-r", requirements], options);
    await run(join(venv, "bin", "python"), ["-c", "import celery, hiredis, kombu.transport.redis"], options);
    await run("touch", [`${marker}.draft`], options);
    await rename(`${marker}.draft`, marker);
  } catch (error) {
    context.signal.throwIfAborted();
    const why = messageOf(error).split("\n").slice(0, 4).join(" ");
    throw new Dishonest(
      `Celery could not be installed from the index of pip (on Debian python3-venv is needed as well): ${why}`,
    );
  }
  return venv;
}
