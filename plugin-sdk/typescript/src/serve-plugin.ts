import { createHash } from "node:crypto";
import { create, toBinary } from "@bufbuild/protobuf";
import { kindWords } from "@ocelli/codec";
import { isJsonObject, type ModuleLimits, protocolMajor } from "@ocelli/model";
import {
  type DescribeResponse,
  DescribeResponseSchema,
  DiagnosticSchema,
  Plugin,
  Severity,
  type Diagnostic as WireDiagnostic,
} from "@ocelli/proto/plugin";
import { implement, type ServiceImplementation } from "@ocelli/rpc";
import type { PluginModule } from "./define-plugin.js";
import { kindOf } from "./json-kind.js";
import type { ModuleParts } from "./module-parts.js";
import { type Diagnostic, mergeSecrets, parseSettings, settingsSchemaJson } from "./settings.js";
import { faultOfThrown, WrongValue } from "./wrong-value.js";

/** This SDK and its version. */
const sdk = "ocelli-ts/0.1.0";

/** Who this process is. */
export interface ModuleIdentity {
  readonly instanceId: string;
  readonly bootId: string;
}

/** Bring-up, settings and end. */
export function servePlugin(
  parts: ModuleParts,
  identity: ModuleIdentity,
  limits: ModuleLimits,
  drain: (graceMs: number, reason: string) => Promise<void>,
): ServiceImplementation {
  const { module, instances, redactor, log } = parts;
  const description = describe(module);
  const describeDigest = createHash("sha256").update(toBinary(DescribeResponseSchema, description)).digest("hex");

  const look = async (json: string, secrets: Readonly<Record<string, string>>, secretsHidden: boolean) => {
    const outcome = parseSettings(module.settings, mergeSecrets(json, secrets), secretsHidden);
    if (outcome.kind === "bad") return { settings: undefined, diagnostics: outcome.diagnostics };
    return { settings: outcome.settings, diagnostics: await validate(module, outcome.settings) };
  };
  const toWire = (diagnostics: readonly Diagnostic[]): WireDiagnostic[] =>
    diagnostics.map(({ severity, path, summary, detail }) =>
      create(DiagnosticSchema, {
        severity: severity === "warning" ? Severity.WARNING : Severity.ERROR,
        path,
        summary: redactor.apply(summary),
        detail: redactor.apply(detail ?? ""),
      }),
    );

  return implement(Plugin, {
    handshake({ protocolMajors, hostVersion }) {
      const fits = protocolMajors.includes(protocolMajor);
      if (!fits) {
        const host = hostVersion === "" ? "the host" : `the host ${hostVersion}`;
        const text = `${host} speaks protocol ${protocolMajors.join(", ") || "none"}, this module ${protocolMajor}`;
        log.error({ reason: `${text} (${sdk}): build it with the SDK that came with the host` }, "no common protocol");
      }
      return {
        protocolMajor: fits ? protocolMajor : 0,
        protocolMajors: [protocolMajor],
        name: module.name,
        version: module.version,
        ...identity,
        sdk,
        language: "typescript",
        capabilities: [],
        limits,
        describeDigest,
      };
    },
    describe: () => description,
    async validateConfig({ settingsJson }) {
      const { diagnostics } = await look(settingsJson, {}, true);
      return { diagnostics: toWire(diagnostics) };
    },
    async configure({ plugin, revision, settingsJson, secrets }) {
      redactor.add(Object.values(secrets));
      const { settings, diagnostics } = await look(settingsJson, secrets, false);
      if (!diagnostics.some(isError)) {
        const sameAs = createHash("sha256")
          .update(JSON.stringify([settingsJson, secrets]))
          .digest("hex");
        instances.configure(plugin, revision, settings, sameAs);
      }
      return { diagnostics: toWire(diagnostics) };
    },
    async drain({ graceMs, reason }) {
      await drain(graceMs, reason);
      return {};
    },
  });
}

function isError(diagnostic: Diagnostic): boolean {
  return diagnostic.severity !== "warning";
}

async function validate(module: PluginModule, settings: unknown): Promise<readonly Diagnostic[]> {
  try {
    const found: unknown = (await module.validate?.(settings)) ?? [];
    if (Array.isArray(found) && found.every(isDiagnostic)) return found;
    throw new WrongValue(
      `validate returned ${kindOf(found)}: return a list of { path, summary }, empty where all is well`,
    );
  } catch (error) {
    const { validate: code, definedAt, name: plugin } = module;
    const { message } = faultOfThrown(error, { what: "validate", plugin, code, definedAt });
    return [{ path: "", summary: message }];
  }
}

function isDiagnostic(value: unknown): boolean {
  return isJsonObject(value) && typeof value["path"] === "string" && typeof value["summary"] === "string";
}

function describe(module: PluginModule): DescribeResponse {
  return create(DescribeResponseSchema, {
    description: module.description,
    services: module.services.map(kindWords.to),
    settingsSchemaJson: settingsSchemaJson(module.settings),
    emitsResourceTypes: [...(module.emitsResourceTypes ?? [])],
    emitsEnrichments: [...(module.emitsEnrichments ?? [])],
    wantsEnrichments: [...(module.wantsEnrichments ?? [])],
    typicalDurationMs: module.typicalDurationMs ?? 0,
    longestDurationMs: module.longestDurationMs ?? 0,
    repeatIsHarmless: module.repeatIsHarmless ?? false,
  });
}
