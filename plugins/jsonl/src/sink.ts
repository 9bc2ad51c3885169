import type { SinkContext, SinkWriter } from "@ocelli/plugin-sdk";
import { absolutePath } from "./absolute-path.js";
import { Journal } from "./journal.js";
import type { JsonlSettings } from "./settings.js";

/** How long a process that ends may take to let go of the file, in ms: the one before us may still finish its batch. */
const lockWaitMs = 10_000;

/** Opens the file of one plugin. */
export async function openJsonl({ jsonl, ocelli }: JsonlSettings, { log, signal }: SinkContext): Promise<SinkWriter> {
  const path = absolutePath(jsonl.path, ocelli?.directory);
  const journal = await Journal.open(
    {
      path,
      maxBytes: jsonl.max_bytes,
      keep: jsonl.keep,
      gzip: jsonl.gzip,
      lockWaitMs,
      onCompressError: (err) => log.warn({ err, path }, "rotated file could not be compressed and stays as it is"),
    },
    signal,
  );
  log.info({ path }, "file open");
  return {
    async write(records) {
      await journal.append(records);
    },
    close: () => journal.close(),
  };
}
