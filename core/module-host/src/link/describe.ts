import { kindWords } from "@ocelli/codec";
import { type Kind, kinds } from "@ocelli/model";
import type { DescribeResponse } from "@ocelli/proto/plugin";
import type { Kind as ProtoKind } from "@ocelli/proto/task";
import { type SettingsSchema, settingsSchema } from "../settings/settings-schema.js";

/** What a module offers. */
export interface ModuleDescription {
  readonly description: string;
  readonly services: readonly Kind[];
  readonly schema: SettingsSchema;
  /** The schema as the module gave it. */
  readonly schemaJson: string;
  readonly emitsResourceTypes: readonly string[];
  readonly emitsEnrichments: readonly string[];
  /** Namespaces a poll wants where the plugin file does not say otherwise. */
  readonly wantsEnrichments: readonly string[];
  /** 0 if unknown. */
  readonly typicalDurationMs: number;
  /** 0 if unknown. */
  readonly longestDurationMs: number;
  readonly repeatIsHarmless: boolean;
}

export type DescribeOutcome =
  | { readonly kind: "described"; readonly description: ModuleDescription }
  | { readonly kind: "bad"; readonly reason: string };

/** Reads what a module describes. Services that are not known yet are left out, never fatal. */
function readDescription(response: DescribeResponse): DescribeOutcome {
  const known = new Set<ProtoKind>(kinds.map((kind) => kindWords.to(kind)));
  const services = [...new Set(response.services.filter((kind) => known.has(kind)).map(kindWords.from))];
  if (services.length === 0) {
    return {
      kind: "bad",
      reason: "it describes no service: a module offers at least one of discovery, enrichment, polling and sink",
    };
  }
  const outcome = settingsSchema(response.settingsSchemaJson);
  if (outcome.kind === "bad") return outcome;
  const { description, settingsSchemaJson, emitsResourceTypes, emitsEnrichments, wantsEnrichments } = response;
  const { typicalDurationMs, longestDurationMs, repeatIsHarmless } = response;
  return {
    kind: "described",
    description: {
      description,
      services,
      schema: outcome.schema,
      schemaJson: settingsSchemaJson,
      emitsResourceTypes,
      emitsEnrichments,
      wantsEnrichments,
      typicalDurationMs,
      longestDurationMs,
      repeatIsHarmless,
    },
  };
}

/** Descriptions by digest, so that a restarted module, or its next replica, need not describe itself again. */
export class DescriptionCache {
  readonly #byDigest = new Map<string, ModuleDescription>();

  async get(name: string, digest: string, describe: () => Promise<DescribeResponse>): Promise<DescribeOutcome> {
    const key = `${name} ${digest}`;
    const known = digest === "" ? undefined : this.#byDigest.get(key);
    if (known) return { kind: "described", description: known };
    const outcome = readDescription(await describe());
    if (outcome.kind === "described" && digest !== "") this.#byDigest.set(key, outcome.description);
    return outcome;
  }
}
