import { absolutePath, PollFault, type SinkContext, type SinkWriter } from "@ocelli/plugin-sdk";
import { Journal } from "./journal.js";
import type { JsonlSettings } from "./settings.js";

/** How long a process that ends may take to let go of the file, in ms: the one before us may still finish its batch. */
const lockWaitMs = 5_000;

/** Which plugin of this module writes which file, so that a second one is told at once who has it. */
const writers = new Map<string, string>();

/** Opens the file of one plugin. */
export async function openJsonl({ jsonl, ocelli }: JsonlSettings, ctx: SinkContext): Promise<SinkWriter> {
  const { log, plugin, signal } = ctx;
  const path = await faultOf("", () => absolutePath(jsonl.path, ocelli?.directory));
  const writer = writers.get(path);
  if (writer !== undefined) {
    throw new PollFault("internal", `${path} is written by the plugin ${writer}; give each plugin a path of its own`);
  }
  writers.set(path, plugin);
  const options = {
    path,
    maxBytes: jsonl.max_bytes,
    keep: jsonl.keep,
    gzip: jsonl.gzip,
    lockWaitMs,
    onCompressError: (err: unknown) =>
      log.warn({ err, path }, "rotated file could not be compressed and stays as it is"),
  };
  const journal = await faultOf("", () => Journal.open(options, signal)).catch((error: unknown) => {
    writers.delete(path);
    throw error;
  });
  log.info({ path }, "file open");
  return {
    async write(records) {
      await faultOf(`${path}: `, () => journal.append(records));
    },
    async close() {
      await journal.close();
      writers.delete(path);
    },
  };
}

/** What goes wrong with a file, in its own words. */
async function faultOf<T>(where: string, work: () => Promise<T> | T): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new PollFault("internal", `${where}${message}`, { cause: error });
  }
}
