import { type FileHandle, open } from "node:fs/promises";
import { isAbsolute, resolve } from "node:path";
import type { ReferenceOutcome, ReferenceResolver } from "./references.js";

const fileMaxBytes = 64 * 1024;

/** References to this process's environment and to files. Relative paths start at `directory`, the plugin file's own.
 *  One line end at the end of a file is left out, as editors put it there. */
export function nodeReferences(directory: string, env: NodeJS.ProcessEnv = process.env): ReferenceResolver {
  return async ({ scheme, name }) => {
    if (scheme === "file") return fileText(isAbsolute(name) ? name : resolve(directory, name));
    const text = env[name];
    return text === undefined
      ? { kind: "missing", why: `the environment variable ${name} is not set` }
      : { kind: "value", text };
  };
}

async function fileText(path: string): Promise<ReferenceOutcome> {
  let file: FileHandle | undefined;
  try {
    file = await open(path);
    const { buffer, bytesRead } = await file.read({ buffer: new Uint8Array(fileMaxBytes + 1), position: 0 });
    if (bytesRead > fileMaxBytes)
      return { kind: "missing", why: `the file ${path} is larger than ${fileMaxBytes} bytes` };
    return { kind: "value", text: new TextDecoder().decode(buffer.subarray(0, bytesRead)).replace(/\r?\n$/, "") };
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    const why = code === "ENOENT" ? "does not exist" : code === "EACCES" ? "may not be read" : "cannot be read";
    return { kind: "missing", why: `the file ${path} ${why}` };
  } finally {
    await file?.close();
  }
}
