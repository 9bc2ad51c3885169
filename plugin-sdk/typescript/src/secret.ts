import { inspect } from "node:util";
import { z } from "zod";

const hidden = "***";

/** A setting that must not be seen: it prints as `***` wherever it is printed, logged or turned into JSON. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The text itself, for the one place that needs it. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return hidden;
  }

  toJSON(): string {
    return hidden;
  }

  [Symbol.toPrimitive](): string {
    return hidden;
  }

  [inspect.custom](): string {
    return hidden;
  }
}

/** A setting that is a secret: written as text in the plugin file (better: as a reference such as `${env:NAME}`),
 *  read as a Secret. */
export function secret(): z.ZodType<Secret, string> {
  return z
    .string()
    .min(1)
    .transform((text) => new Secret(text))
    .meta({ "x-secret": true });
}
