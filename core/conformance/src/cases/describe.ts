import { create, toBinary } from "@bufbuild/protobuf";
import { kindWords } from "@ocelli/codec";
import { type Kind, kinds } from "@ocelli/model";
import { DescribeResponseSchema } from "@ocelli/proto/plugin";
import { Kind as ProtoKind } from "@ocelli/proto/task";
import { Ajv2020 } from "ajv/dist/2020.js";
import type { Case, Trial } from "../engine/case.js";
import { Broken, must, seenOf } from "../engine/verdict.js";
import { failedCall } from "../wire/failed-call.js";
import { callAny } from "../work/any-call.js";

const services: Case = {
  id: "describe/services",
  promise: "Describe names at least one service, and every service it names is served",
  advice: "name in services exactly what you registered with the gRPC server",
  async run(trial) {
    const { services: named } = trial.module.description;
    must(named.length > 0, "it names no service", "at least one of discovery, enrichment, polling, sink");
    const odd = named.filter((kind) => kind === ProtoKind.UNSPECIFIED);
    must(odd.length === 0, "it names KIND_UNSPECIFIED");
    must(new Set(named).size === named.length, `it names a service twice: ${named.join(", ")}`);
    const known = kinds.filter((kind) => named.includes(kindWords.to(kind)));
    for (const kind of known) {
      const status = await statusOfUnknown(trial, kind);
      must(status !== "UNIMPLEMENTED", `${kind} is named and not served: UNIMPLEMENTED`);
    }
    return known.join(", ");
  },
};

/** Asks a service for a plugin that nobody configured, which does nothing. */
export async function statusOfUnknown(
  trial: Trial,
  kind: Kind,
  plugin = "nobody",
  revision = "never",
): Promise<string> {
  const { worker, timings } = trial;
  const error = await callAny(worker, kind, { plugin, revision }, { timeoutMs: timings.answerMs });
  return error === undefined ? "OK" : failedCall(error).status;
}

const schema: Case = {
  id: "describe/settings-schema",
  promise: "the settings' schema is a JSON Schema of 2020-12 for an object of sections",
  advice: "give settings_schema_json as a JSON Schema with type object; an empty text allows anything",
  async run({ module, worker }) {
    const text = module.description.settingsSchemaJson;
    if (text === "") return "empty: anything is allowed";
    let parsed: Record<string, unknown>;
    try {
      parsed = JSON.parse(text) as Record<string, unknown>;
    } catch {
      throw new Broken(`settings_schema_json is not JSON: ${text.slice(0, 80)}`);
    }
    must(typeof parsed === "object" && parsed !== null && !Array.isArray(parsed), "settings_schema_json is no object");
    const dialect = parsed["$schema"];
    const isNewest = dialect === undefined || dialect === "https://json-schema.org/draft/2020-12/schema";
    must(isNewest, `its $schema is ${String(dialect)}`, "https://json-schema.org/draft/2020-12/schema");
    const { type = "object" } = parsed as { type?: unknown };
    must(type === "object", `its type is ${String(type)}`, "type object: one property a section");
    const ajv = new Ajv2020({ allErrors: true, strict: false, validateFormats: false, logger: false });
    try {
      ajv.compile(parsed);
    } catch (error) {
      throw new Broken(`it cannot be used as a schema: ${seenOf(error)}`);
    }
    const good = ajv.validate(parsed, withSecrets(worker.settings(), worker.fixture.secrets));
    must(
      good || !worker.isProbe,
      `the schema refuses good settings: ${ajv.errorsText()}`,
      "it takes what Configure takes",
    );
    return `${text.length} characters`;
  },
};

function withSecrets(settings: Readonly<Record<string, unknown>>, secrets: Readonly<Record<string, string>>): unknown {
  const copy = structuredClone(settings) as Record<string, Record<string, unknown>>;
  for (const [pointer, secret] of Object.entries(secrets)) {
    const [section = "", key = ""] = pointer.slice(1).split("/");
    copy[section] = { ...copy[section], [key]: secret };
  }
  return copy;
}

const digest: Case = {
  id: "describe/digest",
  promise: "describe_digest stays the same as long as Describe says the same, in every handshake",
  advice: "compute describe_digest over the bytes of DescribeResponse, once",
  async run({ module, timings }) {
    const { wire, identity, description } = module;
    const options = wire.options(timings.answerMs);
    const again = await wire.plugin.handshake({ protocolMajors: [1] }, options);
    must(identity.describeDigest !== "", "describe_digest is empty", "a digest, so that hosts need not ask every time");
    const same = again.describeDigest === identity.describeDigest;
    must(same, `it was ${identity.describeDigest} and is ${again.describeDigest} now`);
    const bytes = toBinary(DescribeResponseSchema, description);
    const described = create(DescribeResponseSchema, await wire.plugin.describe({}, options));
    const unchanged = Buffer.compare(bytes, toBinary(DescribeResponseSchema, described)) === 0;
    must(unchanged, "Describe said something else under the same digest");
    return identity.describeDigest;
  },
};

export const describeCases: readonly Case[] = [services, schema, digest];
