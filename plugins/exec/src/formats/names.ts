/** A name as metrics and dimensions have it: letters, digits and underscores, no digit first. Everything else becomes an
 *  underscore. */
export function safeName(text: string): string {
  const plain = text.replace(/[^A-Za-z0-9_]/g, "_");
  return /^[A-Za-z_]/.test(plain) ? plain : `_${plain}`;
}

/** Whether a name fits one of some patterns, in which `*` stands for anything. */
export function matcher(patterns: readonly string[]): (name: string) => boolean {
  if (patterns.length === 0) return () => false;
  const parts = patterns.map((pattern) =>
    pattern
      .split("*")
      .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))
      .join(".*"),
  );
  const whole = new RegExp(`^(?:${parts.join("|")})$`);
  return (name) => whole.test(name);
}

/** Sets a property whatever its name is: a program may well call a metric `__proto__`. */
export function setOwn<T>(object: Record<string, T>, key: string, value: T): void {
  Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
}
