import { sectionProblem } from "@ocelli/plugin-file";

/** A name becomes that of a plugin, of an npm package, of a Python or Go module and of a folder: what all of them take. */
const wellFormed = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const maxChars = 60;

/** Taken by what the project itself imports, or by what its folder holds. */
const taken: ReadonlySet<string> = new Set(["ocelli", "vendor", "src", "dist", "bin", "main", "test", "tests", "gen"]);

/** <https://docs.python.org/3/reference/lexical_analysis.html#keywords>, those in small letters. */
const pythonKeywords: ReadonlySet<string> = new Set(
  (
    "and as assert async await break class continue def del elif else except finally for from global if import in is " +
    "lambda nonlocal not or pass raise return try while with yield"
  ).split(" "),
);

/** Why a project cannot be called so, with a name that would do where there is one; undefined where it can. */
export function nameProblem(name: string): string | undefined {
  const better = suggested(name);
  const hint = better === undefined ? "" : `; ${better} would do`;
  if (name === "") return "a name is needed, such as my-plugin";
  if (name.length > maxChars) return `the name has ${name.length} characters; at most ${maxChars} are taken`;
  if (/[\\/]/.test(name)) return `"${name}" is a path: the name is a word, and --dir says where it goes${hint}`;
  if (!wellFormed.test(name)) {
    return `"${name}" is no name for a plugin: small letters, digits and single hyphens, a letter first${hint}`;
  }
  const clash = clashOf(name);
  return clash && `"${name}" is taken: ${clash}${hint}`;
}

/** What a project of a well-formed name would get into the way of. Its settings stand in a section of that name. */
function clashOf(name: string): string | undefined {
  if (taken.has(name)) return "a project of that name would hide what it needs";
  const identifier = identifierOf(name);
  if (pythonKeywords.has(identifier)) return "it is a keyword of Python, and the settings bear that name in the code";
  const section = sectionProblem(identifier);
  return section && `[${identifier}], where its settings would stand, ${section}`;
}

/** The nearest name that would do. */
function suggested(name: string): string | undefined {
  const last = name.split(/[\\/]/).findLast((part) => part !== "" && part !== ".") ?? "";
  const plain = last
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(/([a-z0-9])([A-Z])/g, "$1-$2")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^[-0-9]+|-+$/g, "")
    .slice(0, maxChars);
  if (plain === "") return undefined;
  const free = [plain, `my-${plain}`, `${plain}-plugin`].find((one) => clashOf(one) === undefined);
  return free === name ? undefined : free;
}

/** The name where a language takes no hyphens: `my_plugin`. */
export function identifierOf(name: string): string {
  return name.replaceAll("-", "_");
}
