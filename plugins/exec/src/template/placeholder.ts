import { nearest } from "@ocelli/plugin-sdk";

/** Where the value of a placeholder comes from. */
export type Source =
  | { readonly from: "resource"; readonly field: ResourceField }
  | { readonly from: "metadata"; readonly key: string }
  | { readonly from: "run"; readonly fact: RunFact }
  | { readonly from: "settings" | "secret"; readonly key: string };

const resourceFields = ["id", "site", "class", "subclass", "type", "endpoint", "host", "port"] as const;
const runFacts = ["plugin", "slot_at_ms", "frequency_s", "timeout_s"] as const;

type ResourceField = (typeof resourceFields)[number];
type RunFact = (typeof runFacts)[number];

/** The keys of the plugin file that a template may name. */
export interface KnownKeys {
  readonly settings: readonly string[];
  readonly secret: readonly string[];
}

export type SourceOutcome =
  | { readonly kind: "source"; readonly source: Source }
  | { readonly kind: "unknown"; readonly why: string };

/** What the name between the braces stands for. */
export function sourceOf(name: string, known: KnownKeys): SourceOutcome {
  const metadata = /^resource\.metadata\.(.+)$/s.exec(name)?.[1];
  if (metadata !== undefined) return source({ from: "metadata", key: metadata });
  const [, section, key = ""] = /^([^.]*)\.(.*)$/s.exec(name) ?? [];
  const field = resourceFields.find((one) => one === key);
  const fact = runFacts.find((one) => one === key);
  if (section === "resource" && field) return source({ from: "resource", field });
  if (section === "run" && fact) return source({ from: "run", fact });
  if ((section === "settings" || section === "secret") && known[section].includes(key)) {
    return source({ from: section, key });
  }
  return { kind: "unknown", why: whyUnknown(name, known) };
}

function source(one: Source): SourceOutcome {
  return { kind: "source", source: one };
}

function whyUnknown(name: string, known: KnownKeys): string {
  const names = [
    ...resourceFields.map((field) => `resource.${field}`),
    ...runFacts.map((fact) => `run.${fact}`),
    ...known.settings.map((key) => `settings.${key}`),
    ...known.secret.map((key) => `secret.${key}`),
  ];
  const near = nearest(name, [...names, "resource.metadata.KEY"]);
  if (near !== undefined) return `did you mean {${near}}?`;
  const [, section, key] = /^(settings|secret)\.(.+)$/s.exec(name) ?? [];
  if (section !== undefined) return `section [${section}] has no key ${key}: add one`;
  const field = resourceFields.find((one) => one === name);
  if (field !== undefined) return `did you mean {resource.${field}}?`;
  return `known here: ${names.join(", ")}, resource.metadata.KEY; write {{ for { itself`;
}
