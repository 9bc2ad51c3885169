/** Shorter secrets are left alone: replacing them would garble ordinary words and hide nothing. */
const shortestSecret = 4;

/** Replaces every secret that the module was given by `***`, also where it was escaped as JSON. */
export class Redactor {
  #patterns: readonly string[] = [];

  /** Secrets are only ever added: an old log line may still be on its way. */
  add(secrets: Iterable<string>): void {
    const patterns = new Set(this.#patterns);
    for (const secret of secrets) {
      if (secret.length < shortestSecret) continue;
      patterns.add(secret);
      patterns.add(JSON.stringify(secret).slice(1, -1));
    }
    // Longest first, so that a secret which contains another leaves no rest.
    this.#patterns = [...patterns].sort((a, b) => b.length - a.length);
  }

  apply(text: string): string {
    return this.#patterns.reduce((redacted, secret) => redacted.replaceAll(secret, "***"), text);
  }
}
