import { existsSync, readFileSync } from "node:fs";
import { findSourceMap } from "node:module";
import { dirname, join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** Folders whose frames are not the author's: this SDK's, and what it is made of where it was not installed from a registry. */
const ours = ["../src/", "../dist/", "../../../core/", "../../../proto/"].map(
  (path) => new URL(path, import.meta.url).href,
);
const place = /(?<=[\s(])(?:file:\/\/|\/|[A-Za-z]:\\)[^()]*?:\d+(?::\d+)?(?=\)?$)/;

/** Where an error came out of the author's code, such as "main.js:12"; undefined where no frame is the author's. */
export function placeOfError(error: unknown): string | undefined {
  const [frame] = authorFrames(error);
  return frame === undefined ? undefined : shorten(frame);
}

/** The author's part of an error's stack, for the log. */
export function authorStack(error: unknown): string {
  return authorFrames(error).map(shorten).join(" < ");
}

/** Where the caller of one of the SDK's functions stands, with its file whole: "file:///opt/m/main.js:12:5". */
export function callerPlace(): string | undefined {
  return authorFrames(new Error("asked where"))[0];
}

/** A function of an author's, and where its module was defined. */
export interface AuthorFunction {
  readonly code: unknown;
  /** As `callerPlace` gave it. */
  readonly definedAt: string | undefined;
}

const known = new WeakMap<object, string | undefined>();

/** Where a function is written, such as "main.js:8": found by its text in the file that defines the module. Where it is in
 *  another file, the line of the definition, which names it. */
export function placeOfFunction({ code, definedAt }: AuthorFunction): string | undefined {
  if (definedAt === undefined) return undefined;
  if (typeof code !== "function") return shorten(definedAt);
  if (!known.has(code)) known.set(code, lookUp(String(code), definedAt));
  return known.get(code);
}

/** The places named by the frames that are neither ours, nor Node's, nor of somebody's package. */
function authorFrames(error: unknown): string[] {
  const stack = error instanceof Error && typeof error.stack === "string" ? error.stack : "";
  return stack
    .split("\n")
    .filter((line) => /^\s+at /.test(line))
    .flatMap((line) => place.exec(line)?.[0] ?? [])
    .map((found) => (found.startsWith("file://") ? found : asUrl(found)))
    .filter((url) => !url.includes("/node_modules/") && !isOurs(url));
}

function isOurs(url: string): boolean {
  return ours.some((folder) => url.startsWith(folder)) && !/\.test\.[jt]s:/.test(url);
}

function asUrl(found: string): string {
  const [, path = "", line = ""] = /^(.*?)((?::\d+){1,2})$/.exec(found) ?? [];
  return `${pathToFileURL(path).href}${line}`;
}

/** "file:///opt/m/dist/main.js:12:5" as "dist/main.js:12", seen from the folder of the module's package. */
function shorten(url: string): string {
  const [, file = "", line = ""] = /^(.*?):(\d+)(?::\d+)?$/.exec(url) ?? [];
  return `${shortPath(file)}:${line}`;
}

function shortPath(url: string): string {
  const path = url.startsWith("file://") ? fileURLToPath(url) : url;
  base ??= packageFolder();
  const short = relative(base, path);
  return short.startsWith("..") ? path : short;
}

let base: string | undefined;

/** The nearest folder upwards of the program that has a package.json, else the program's own. */
function packageFolder(): string {
  const own = dirname(process.argv[1] ?? process.cwd());
  for (let at = own; ; at = dirname(at)) {
    if (existsSync(join(at, "package.json"))) return at;
    if (at === dirname(at)) return own;
  }
}

function lookUp(text: string, definedAt: string): string | undefined {
  const file = definedAt.replace(/(?::\d+){1,2}$/, "");
  try {
    const source = readFileSync(new URL(file), "utf8");
    const index = source.indexOf(text);
    if (index < 0) return shorten(definedAt);
    const before = source.slice(0, index).split("\n");
    return mapped(file, before.length - 1, before.at(-1)?.length ?? 0);
  } catch {
    return shorten(definedAt); // Run from somewhere else than a file.
  }
}

/** Through the source map, where Node was started with --enable-source-maps. Lines and columns count from 0. */
function mapped(url: string, line: number, column: number): string {
  const entry = findSourceMap(fileURLToPath(url))?.findEntry(line, column);
  if (entry && "originalSource" in entry) return `${shortPath(entry.originalSource)}:${entry.originalLine + 1}`;
  return `${shortPath(url)}:${line + 1}`;
}
