import pc from "picocolors";

export type Colors = ReturnType<typeof pc.createColors>;

interface ColorWorld {
  /** Whether the output is a terminal. */
  readonly isTTY: boolean | undefined;
  /** --color and --no-color; undefined where neither was given. */
  readonly wanted: boolean | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Colours for terminals only. `--no-color` and NO_COLOR turn them off, FORCE_COLOR turns them on for pipes too. */
export function areColorsOn({ isTTY, wanted, env }: ColorWorld): boolean {
  if (wanted === false || filled(env["NO_COLOR"])) return false;
  if (filled(env["FORCE_COLOR"]) && env["FORCE_COLOR"] !== "0") return true;
  return isTTY === true && env["TERM"] !== "dumb";
}

export function colorsFor(world: ColorWorld): Colors {
  return pc.createColors(areColorsOn(world));
}

function filled(value: string | undefined): boolean {
  return value !== undefined && value !== "";
}

const good = new Set(["ok", "success", "ready", "yes"]);
const bad = new Set(["failed", "refused", "late", "no", "network", "timeout", "authentication", "internal"]);

/** The colour of a word that says how something stands. */
export function paintOf(word: string, colors: Colors): (text: string) => string {
  if (good.has(word)) return colors.green;
  return bad.has(word) ? colors.red : colors.yellow;
}
