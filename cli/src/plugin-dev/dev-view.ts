import type { Clock } from "@ocelli/model";
import type { Colors } from "../display/colors.js";
import { type Format, print, say } from "../output.js";
import { copyJson, copyLines, type ShownCopy, type ShownSkip, skipJson, skipLine } from "./show-copy.js";
import { summaryLine, tallyJson, tallyText } from "./show-tally.js";
import { StatusLine } from "./status-line.js";
import { Tally } from "./tally.js";

/** What comes of a shadow, shown as it comes and counted. */
export class DevView {
  readonly #plugin: string;
  readonly #format: Format;
  readonly #colors: Colors;
  readonly #status: StatusLine;
  #tally = new Tally();
  onCompared = (_runs: number): void => {};

  constructor(plugin: string, { format, colors, clock }: { format: Format; colors: Colors; clock: Clock }) {
    this.#plugin = plugin;
    this.#format = format;
    this.#colors = colors;
    this.#status = new StatusLine(process.stderr.isTTY === true && format === "table", clock);
  }

  get tally(): Tally {
    return this.#tally;
  }

  /** Other code runs from now on. */
  begin(): void {
    this.#tally = new Tally();
    this.#status.clear();
  }

  say(sentence: string): void {
    this.#status.above(() => say(sentence));
  }

  copy(copy: ShownCopy): void {
    const { resourceId, comparison, live, shadow } = copy;
    this.#tally.compared({ resourceId, comparison, liveMs: live.tookMs, shadowMs: shadow.tookMs });
    this.#print(this.#format === "table" ? copyLines(copy, this.#colors) : [copyJson(copy)]);
    this.onCompared(this.#tally.runs);
  }

  skip(skip: ShownSkip): void {
    this.#tally.skipped(skip.resourceId);
    this.#print([this.#format === "table" ? skipLine(skip, this.#colors) : skipJson(skip)]);
  }

  /** What all of it came to. */
  end(): void {
    this.#status.clear();
    if (this.#format !== "table") {
      print(`${tallyJson(this.#plugin, this.#tally)}\n`);
      return;
    }
    const text = tallyText(this.#tally);
    if (text !== "") print(`\n${text}`);
    say(`\n${summaryLine(this.#plugin, this.#tally)}`);
  }

  #print(lines: readonly string[]): void {
    this.#status.above(() => print(lines.map((line) => `${line}\n`).join("")));
    if (this.#format === "table") this.#status.set(summaryLine(this.#plugin, this.#tally));
  }
}
