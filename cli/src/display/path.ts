import { relative } from "node:path";
import { printable } from "./printable.js";

/** A path as people write it here: from the working directory on where it is below that, else whole. */
export function shownPath(path: string, directory = process.cwd()): string {
  const short = relative(directory, path);
  return printable(short === "" || short.startsWith("..") ? path : short);
}
