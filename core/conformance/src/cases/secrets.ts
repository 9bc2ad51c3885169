import { toBinary } from "@bufbuild/protobuf";
import { DescribeResponseSchema, HandshakeResponseSchema } from "@ocelli/proto/plugin";
import { MetricGroupSchema, ResourceSchema } from "@ocelli/proto/resource";
import type { Case, Trial } from "../engine/case.js";
import { randomText } from "../engine/random.js";
import { must, NotApplicable } from "../engine/verdict.js";
import { secretPointers, withWrong } from "../fixture/bad-settings.js";
import { failedCall } from "../wire/failed-call.js";
import type { Knobs } from "../work/knobs.js";
import { inWords, nextName, type Use } from "../work/worker.js";
import { pause, short } from "./answers.js";

/** Everything that came out of a module which was given canaries for secrets. */
interface Leavings {
  readonly canaries: readonly string[];
  /** By where it was found: "the answer of polling", "a fault of enrichment". */
  readonly results: readonly (readonly [where: string, text: string])[];
  readonly errors: readonly (readonly [where: string, text: string])[];
  /** Sentences of faults that were meant to quote the secret. */
  readonly quoted: readonly string[];
}

/** Gives the module canaries for secrets, lets it work, fail and throw, and gathers what comes out. */
function leavings(trial: Trial): Promise<Leavings> {
  return trial.once("leavings", async () => {
    const { worker, module, random } = trial;
    const pointers = worker.isProbe ? ["/probe/secret"] : secretPointers(module.description.settingsSchemaJson);
    if (pointers.length === 0) throw new NotApplicable("its settings have no secret");
    const canaries: string[] = [];
    const results: [string, string][] = [];
    const errors: [string, string][] = [];
    const quoted: string[] = [];
    const ways: readonly Knobs[] = worker.isProbe ? [{ groups: 2 }, { fail: "fault" }, { fail: "throw" }] : [{}];
    for (const knobs of ways) {
      // A quote and a backslash, so that a secret is found in JSON too, where a probe takes any text.
      const canary = (): string => `canary-${randomText(random, 20)}${worker.isProbe ? '"\\é' : ""}`;
      const secrets = Object.fromEntries(pointers.map((pointer) => [pointer, canary()]));
      canaries.push(...Object.values(secrets));
      const use = { plugin: nextName("secrets"), revision: "r1" };
      const { diagnostics } = await worker.configureWith(use, worker.settings(knobs), secrets);
      errors.push(
        ...diagnostics.map(({ path, summary, detail }): [string, string] => [
          "a diagnostic of Configure",
          `${path} ${summary} ${detail}`,
        ]),
      );
      await gather(trial, use, results, errors, knobs.fail === "fault" ? quoted : []);
    }
    return { canaries, results, errors, quoted };
  });
}

async function gather(
  trial: Trial,
  use: Use,
  results: [string, string][],
  errors: [string, string][],
  quoted: string[],
): Promise<void> {
  const { worker, services } = trial;
  const fail = (where: string, error: unknown): void => {
    if (error === undefined) return;
    const { sentence, fault } = failedCall(error);
    errors.push([where, `${sentence} ${fault?.message ?? ""}`]);
  };
  for (const service of ["polling", "enrichment"] as const) {
    if (!services.has(service)) continue;
    const call = await worker.call(service, worker.items(use, 2));
    fail(`the error of ${service}`, call.error);
    for (const { groups, sets, fault, state } of call.outcomes.values()) {
      if (fault) errors.push([`a fault of ${service}`, fault.message]);
      if (fault) quoted.push(fault.message);
      for (const group of groups) results.push(["a metric group", textOf(toBinary(MetricGroupSchema, group))]);
      for (const { namespace, dataJson } of sets) results.push([`the facts ${namespace}`, textOf(dataJson)]);
      if (state) results.push([`the state of ${service}`, textOf(state)]);
    }
  }
  if (!services.has("discovery")) return;
  const call = await worker.discover(worker.run(use));
  fail("the error of discovery", call.error);
  for (const { fault } of call.partials) errors.push(["a partial error of discovery", fault?.message ?? ""]);
  for (const one of call.resources) results.push([`resource ${one.id}`, textOf(toBinary(ResourceSchema, one))]);
  for (const { state } of call.summaries) results.push(["the state of discovery", textOf(state)]);
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("utf8");
}

/** A secret as it is, and as it looks in JSON, in an address, and in base64. */
function formsOf(secret: string): string[] {
  const json = JSON.stringify(secret).slice(1, -1);
  return [secret, json, encodeURIComponent(secret), Buffer.from(secret).toString("base64")];
}

function leaked(text: string, secrets: readonly string[]): boolean {
  return secrets.some((secret) => formsOf(secret).some((form) => text.includes(form)));
}

function mustHide(found: readonly (readonly [string, string])[], secrets: readonly string[]): string {
  for (const [where, text] of found)
    must(!leaked(text, secrets), `${where} carries a secret: ${masked(text, secrets)}`);
  return `${found.length} texts`;
}

/** The text for the report, which must not leak either. */
function masked(text: string, secrets: readonly string[]): string {
  const forms = secrets.flatMap(formsOf).sort((a, b) => b.length - a.length);
  return short(forms.reduce((all, form) => all.replaceAll(form, "‹the secret›"), text));
}

const applied: Case = {
  id: "secrets/applied",
  promise: "secrets reach the settings by their JSON pointers",
  advice: "put each of Configure.secrets into the settings at its pointer, also where the section is not there yet",
  async run(trial) {
    trial.needKnobs("tell that it has its secret", "secret", "fail");
    const { quoted } = await leavings(trial);
    must(quoted.length > 0, "no fault came to tell");
    const without = quoted.find((message) => message.includes("nobody"));
    must(without === undefined, `it says: ${short(without ?? "")}`, "the secret (masked) instead of nobody");
    return short(quoted[0] ?? "");
  },
};

const inErrors: Case = {
  id: "secrets/errors",
  promise: "no secret is ever in an error, a fault or a diagnostic",
  advice: "replace every secret you were given by *** in whatever leaves the module as a sentence",
  run: async (trial) => {
    const { errors, canaries } = await leavings(trial);
    return mustHide(errors, canaries);
  },
};

const inResults: Case = {
  id: "secrets/results",
  promise: "no secret is ever in a result or a state",
  advice: "do not put settings into dimensions, metadata, facts or state",
  run: async (trial) => {
    const { results, canaries } = await leavings(trial);
    if (results.length === 0) throw new NotApplicable("it brought no result");
    return mustHide(results, canaries);
  },
};

const inDescribe: Case = {
  id: "secrets/describe",
  promise: "no secret is in what the module says of itself, nor in what it says of other settings",
  advice:
    "Describe and Handshake are the same for everybody; keep settings out of them, and secrets out of diagnostics",
  async run(trial) {
    const { canaries } = await leavings(trial);
    const { worker, module, timings, random } = trial;
    const { wire } = module;
    const options = wire.options(timings.answerMs);
    const texts: [string, string][] = [
      ["Describe", textOf(toBinary(DescribeResponseSchema, await wire.plugin.describe({}, options)))],
      [
        "Handshake",
        textOf(toBinary(HandshakeResponseSchema, await wire.plugin.handshake({ protocolMajors: [1] }, options))),
      ],
    ];
    // A secret beside settings that are wrong: what is said of those must not quote it.
    const canary = `canary-${randomText(random, 20)}`;
    const pointers = worker.isProbe ? ["/probe/secret"] : secretPointers(module.description.settingsSchemaJson);
    const wrong = withWrong(worker.settings(), [{ path: "/no_such_section/key", value: 1 }]);
    const secrets = Object.fromEntries(pointers.map((pointer) => [pointer, canary]));
    const { diagnostics } = await worker.configureWith({ plugin: nextName("wrong"), revision: "r1" }, wrong, secrets);
    texts.push(["a diagnostic", `${inWords(diagnostics)} ${diagnostics.map(({ detail }) => detail).join(" ")}`]);
    return mustHide(texts, [...canaries, canary]);
  },
};

const inLogs: Case = {
  id: "secrets/logs",
  promise: "no secret is ever in what the module writes",
  advice: "replace every secret you were given by *** in log lines, whoever writes them",
  needs: ["secrets/applied"],
  async run(trial) {
    if (trial.mode === "endpoint") throw new NotApplicable("what it writes cannot be seen from here");
    const { canaries } = await leavings(trial);
    const hasLine = (): boolean =>
      trial.lines().some(({ text }) => text.includes("secret is ") && text.includes("***"));
    const leak = () => trial.lines().find(({ text }) => leaked(text, canaries));
    const dueAtMs = performance.now() + trial.timings.slackMs;
    while (trial.worker.isProbe && !hasLine() && !leak() && performance.now() < dueAtMs) await pause(25);
    const line = leak();
    must(line === undefined, `it wrote: ${masked(line?.text ?? "", canaries)}`);
    must(!trial.worker.isProbe || hasLine(), "it wrote no line with its secret as ***", "secret is ***");
    return `${trial.lines().length} lines`;
  },
};

const tokens: Case = {
  id: "secrets/tokens",
  promise: "neither the token of a launch nor the join token is ever in what the module writes",
  advice: "never print the bootstrap line or the environment",
  async run(trial) {
    if (trial.mode === "endpoint") throw new NotApplicable("what it writes cannot be seen from here");
    const { token, joinToken } = trial.module.parts;
    const secrets = [token, joinToken].filter((one) => one !== undefined);
    const line = trial.lines().find(({ text }) => leaked(text, secrets));
    must(line === undefined, `it wrote: ${masked(line?.text ?? "", secrets)}`);
    return `${trial.lines().length} lines`;
  },
};

export const secretCases: readonly Case[] = [applied, inErrors, inResults, inDescribe, inLogs, tokens];
