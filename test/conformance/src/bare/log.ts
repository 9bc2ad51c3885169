import type { Breaks } from "../mutants.js";

/** Writes lines of JSON to stderr, with every secret the module was given as ***. */
export class Log {
  readonly #secrets = new Set<string>();
  readonly #breaks: Breaks;

  constructor(breaks: Breaks) {
    this.#breaks = breaks;
  }

  hide(secrets: readonly string[]): void {
    for (const secret of secrets) if (secret.length > 3) this.#secrets.add(secret);
  }

  mask(text: string): string {
    let masked = text;
    for (const secret of this.#secrets) {
      masked = masked.replaceAll(secret, "***").replaceAll(JSON.stringify(secret).slice(1, -1), "***");
    }
    return masked;
  }

  info(msg: string): void {
    const text = this.#breaks("secret-in-log") ? msg : this.mask(msg);
    process.stderr.write(`${JSON.stringify({ level: "info", time: Date.now(), msg: text })}\n`);
  }
}
