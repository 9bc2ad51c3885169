import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { OcelliError } from "@ocelli/model";

export interface Text {
  readonly text: string;
  /** Where it is from, for sentences. */
  readonly from: string;
}

/** The text of a file, of stdin for "-", or the argument itself where it is JSON. Throws `invalid`. */
export async function readText(argument: string): Promise<Text> {
  if (argument === "-") return { text: await text(process.stdin), from: "stdin" };
  if (/^\s*[[{]/.test(argument)) return { text: argument, from: "the resource" };
  try {
    return { text: await readFile(argument, "utf8"), from: argument };
  } catch (error) {
    const why =
      error instanceof Error && "code" in error && error.code === "ENOENT" ? "does not exist" : "cannot be read";
    throw new OcelliError("invalid", `the file ${argument} ${why}; it is a file, - for stdin, or JSON itself`, {
      cause: error,
    });
  }
}
