// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how references are written
/** A value that stands elsewhere: `${env:NAME}` or `${file:/path}`. */
export interface Reference {
  readonly scheme: "env" | "file";
  readonly name: string;
}

/** `missing` says why in a sentence that never shows a value. */
export type ReferenceOutcome =
  | { readonly kind: "value"; readonly text: string }
  | { readonly kind: "missing"; readonly why: string };

export type ReferenceResolver = (reference: Reference) => Promise<ReferenceOutcome>;

export interface ResolvedText {
  readonly text: string;
  /** Whether any part of it came from elsewhere. */
  readonly referred: boolean;
  /** Why parts are missing, one sentence each. */
  readonly missing: readonly string[];
}

const dollar = /\$\$\{|\$\{([^}]*)\}/g;

/** Fills in the references of one value. `$${` stands for `${` itself. */
export async function resolveText(text: string, resolver: ReferenceResolver): Promise<ResolvedText> {
  const parts: string[] = [];
  const missing: string[] = [];
  let referred = false;
  let done = 0;
  for (const match of text.matchAll(dollar)) {
    parts.push(text.slice(done, match.index));
    done = match.index + match[0].length;
    if (match[1] === undefined) {
      parts.push("${");
      continue;
    }
    referred = true;
    const reference = parseReference(match[1]);
    const outcome = reference
      ? await resolver(reference)
      : { kind: "missing" as const, why: `${match[0]} is no reference: ${hint(match[1])}` };
    if (outcome.kind === "value") parts.push(outcome.text);
    else missing.push(outcome.why);
  }
  parts.push(text.slice(done));
  return { text: parts.join(""), referred, missing };
}

function parseReference(inner: string): Reference | undefined {
  const [, scheme, name = ""] = /^(env|file):(.+)$/.exec(inner) ?? [];
  return scheme === "env" || scheme === "file" ? { scheme, name } : undefined;
}

function hint(inner: string): string {
  if (/^[A-Za-z_]\w*$/.test(inner)) return ["did you mean ${env:", inner, "}?"].join("");
  return "write ${env:NAME} or ${file:/path}, and $${ for ${ itself";
}
