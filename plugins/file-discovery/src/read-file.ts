import { readFile, stat } from "node:fs/promises";

/** Why a source could not be read, with the poll status it counts as. */
export interface Unread {
  readonly kind: "unread";
  readonly status: "internal" | "network" | "timeout" | "authentication";
  readonly reason: string;
}

export type ReadText = { readonly kind: "text"; readonly text: string } | Unread;

const sentences: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EACCES: "it may not be read",
  EISDIR: "it is a folder",
};

/** A file's text, as long as it has at most `maxBytes` and is UTF-8. */
export async function readSourceFile(path: string, maxBytes: number, signal: AbortSignal): Promise<ReadText> {
  try {
    const { size } = await stat(path);
    if (size > maxBytes) return internal(`it has ${size} bytes, at most ${maxBytes} are read`);
    const bytes = await readFile(path, { signal });
    return { kind: "text", text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch (error) {
    signal.throwIfAborted();
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    if (code === "ERR_ENCODING_INVALID_ENCODED_DATA") return internal("it is not UTF-8");
    return internal(sentences[code] ?? (error instanceof Error ? error.message : String(error)));
  }
}

function internal(reason: string): Unread {
  return { kind: "unread", status: "internal", reason };
}
