import type { Resource, Secret } from "@ocelli/plugin-sdk";
import { addressOf } from "./endpoint.js";
import type { Source } from "./placeholder.js";
import type { Template } from "./template.js";

/** What placeholders are filled in from. */
export interface Facts {
  /** Undefined for what is filled in once, at the start of a kept program. */
  readonly resource: Resource | undefined;
  readonly settings: Readonly<Record<string, string>>;
  readonly secret: Readonly<Record<string, Secret>>;
  readonly run: Readonly<Record<"plugin" | "slot_at_ms" | "frequency_s" | "timeout_s", string>>;
}

export type Filled =
  | { readonly kind: "filled"; readonly text: string }
  /** `why` never shows a value. */
  | { readonly kind: "refused"; readonly why: string };

/** Fills in the arguments of a command, each staying the one argument that it is. Refuses a value that would make an
 *  argument begin with "-", and so perhaps an option, unless the template itself says `--` before. */
export function fillArguments(words: readonly Template[], facts: Facts): { args: string[]; refused: string[] } {
  const args: string[] = [];
  const refused: string[] = [];
  let operands = false;
  for (const word of words) {
    const filled = fill(word, facts);
    if (filled.kind === "refused") {
      refused.push(filled.why);
      continue;
    }
    const [first] = word;
    if (first?.kind === "value" && filled.text.startsWith("-") && !operands) {
      const how = `write -- before {${first.name}} in the command where the program takes that, or join it to its option, as in --name={${first.name}}`;
      refused.push(`{${first.name}} begins with "-" here and would be taken for an option: ${how}`);
    }
    if (first?.kind === "text" && filled.text === "--" && word.length === 1) operands = true;
    args.push(filled.text);
  }
  return { args, refused };
}

/** Fills in one value. */
export function fill(template: Template, facts: Facts): Filled {
  let text = "";
  for (const piece of template) {
    const part = piece.kind === "text" ? piece.text : (lookUp(piece.source, facts) ?? piece.otherwise);
    const name = piece.kind === "text" ? "" : piece.name;
    if (part === undefined) {
      return refuse(`the resource has no value for {${name}}: give it one, or write {${name}|OTHERWISE}`);
    }
    if (part.includes("\0")) return refuse(`{${name}} holds a NUL byte, which no program can be given`);
    text += part;
  }
  return { kind: "filled", text };
}

function refuse(why: string): Filled {
  return { kind: "refused", why };
}

/** Undefined where there is no such value. Empty text is a value, but for what leads to a device. */
function lookUp(source: Source, { resource, settings, secret, run }: Facts): string | undefined {
  switch (source.from) {
    case "metadata":
      return resource && Object.hasOwn(resource.metadata, source.key) ? resource.metadata[source.key] : undefined;
    case "settings":
      return settings[source.key];
    case "secret":
      return secret[source.key]?.reveal();
    case "run":
      return run[source.fact];
    case "resource": {
      if (!resource) return undefined;
      const { field } = source;
      if (field === "host" || field === "port") return addressOf(resource.endpoint)[field];
      return field === "endpoint" ? resource.endpoint || undefined : resource[field];
    }
  }
}
