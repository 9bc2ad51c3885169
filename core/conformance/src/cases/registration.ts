import type { Case, Trial } from "../engine/case.js";
import { Broken, must } from "../engine/verdict.js";
import { heartbeatEveryMs, type KitRegistry, type Who } from "../launch/kit-registry.js";
import type { RunningModule } from "../launch/running-module.js";
import { terminate } from "./life-end.js";

const aloneOnly = { modes: ["stand-alone"], because: "only a module that starts by itself registers" } as const;

function registryOf(module: RunningModule): KitRegistry {
  const { registry } = module.parts;
  if (!registry) throw new Broken("there is no registry");
  return registry;
}

function sameAs(who: Who, { name, instanceId, bootId }: Who): boolean {
  return who.name === name && who.instanceId === instanceId && who.bootId === bootId;
}

function inWords({ name, instanceId, bootId }: Who): string {
  return `${name} ${instanceId} ${bootId}`;
}

/** Waits for the registration, which every case here begins with. */
async function registered({ module, timings }: Trial) {
  const registry = registryOf(module);
  await registry.waitFor((events) => events.some(({ kind }) => kind === "registered"), timings.answerMs);
  const first = registry.events.find((event) => event.kind === "registered");
  if (first?.kind === "registered") return { registry, first };
  const refused = registry.events.find((event) => event.kind === "refused");
  const why = refused?.kind === "refused" ? `, only with ${refused.request.endpoint}: ${refused.reason}` : "";
  throw new Broken(`it did not register within ${timings.answerMs} ms${why}`);
}

const registers: Case = {
  id: "life/registers",
  promise: "a stand-alone module registers, with an endpoint that can be dialled and the names of its handshake",
  advice: "call ModuleRegistry.Register at OCELLI_REGISTRY once you listen; the registry dials back before it answers",
  only: aloneOnly,
  async run(trial) {
    const { first } = await registered(trial);
    const { identity, parts } = trial.module;
    const { name, version, endpoint } = first.request;
    must(sameAs(first.request, identity), `it registered as ${inWords(first.request)}`, inWords(identity));
    must(version === identity.version, `it registered with version ${version}`, identity.version);
    must(endpoint === parts.target, `it registered the endpoint ${endpoint}`, parts.target);
    return `${name} ${version} at ${endpoint}`;
  },
};

const instance: Case = {
  id: "life/instance",
  promise: "a stand-alone module goes by the instance id that OCELLI_MODULE_INSTANCE gives it",
  advice: "take instance_id from OCELLI_MODULE_INSTANCE where it is set",
  only: aloneOnly,
  async run({ module }) {
    const { instanceId } = module.identity;
    must(
      instanceId.startsWith("conformance/"),
      `its instance id is ${instanceId}`,
      "the one it was given, conformance/…",
    );
    return instanceId;
  },
};

const joinToken: Case = {
  id: "life/join-token",
  promise: "a stand-alone module shows its join token with everything it says to the registry",
  advice: "send OCELLI_JOIN_TOKEN as metadata ocelli-join-token with Register, Heartbeat and Deregister",
  only: aloneOnly,
  needs: ["life/registers"],
  async run(trial) {
    const { registry } = await registered(trial);
    await registry.waitFor((events) => events.some(({ kind }) => kind === "heartbeat"), trial.timings.slackMs);
    const wanted = trial.module.parts.joinToken;
    for (const event of registry.events) {
      if (event.kind === "refused") continue;
      const said = event.joinToken === undefined ? "without a join token" : "with another join token";
      must(event.joinToken === wanted, `${event.kind} came ${said}`);
    }
    return "shown";
  },
};

const heartbeats: Case = {
  id: "life/heartbeats",
  promise: "a stand-alone module sends heartbeats as often as it was told",
  advice: "open ModuleRegistry.Heartbeat after Register and send one message every heartbeat_every_ms",
  only: aloneOnly,
  needs: ["life/registers"],
  async run(trial) {
    const { registry, first } = await registered(trial);
    const wanted = 4;
    const timeoutMs = heartbeatEveryMs * wanted + trial.timings.slackMs;
    await registry.waitFor((events) => events.filter(({ kind }) => kind === "heartbeat").length >= wanted, timeoutMs);
    const beats = registry.events.filter((event) => event.kind === "heartbeat");
    must(
      beats.length >= wanted,
      `${beats.length} heartbeats came in ${timeoutMs} ms`,
      `one every ${heartbeatEveryMs} ms`,
    );
    const stranger = beats.find(({ who }) => !sameAs(who, first.request));
    must(stranger === undefined, `a heartbeat came of ${stranger && inWords(stranger.who)}`, inWords(first.request));
    return `${beats.length} heartbeats`;
  },
};

const registersAgain: Case = {
  id: "life/registers-again",
  promise: "a stand-alone module that the registry has forgotten registers again",
  advice: "call Register again when a heartbeat is answered with unknown = true, or the stream breaks",
  only: aloneOnly,
  needs: ["life/registers", "life/heartbeats"],
  async run(trial) {
    const { registry } = await registered(trial);
    const count = (): number => registry.events.filter(({ kind }) => kind === "registered").length;
    const before = count();
    registry.forget();
    const startedAtMs = performance.now();
    const came = await registry.waitFor(() => count() > before, trial.timings.answerMs);
    must(came, `it did not register again within ${trial.timings.answerMs} ms`);
    return `after ${Math.round(performance.now() - startedAtMs)} ms`;
  },
};

const deregisters: Case = {
  id: "life/deregisters",
  promise: "a stand-alone module takes itself away when it ends",
  advice: "call Deregister when SIGTERM comes, before you exit",
  only: aloneOnly,
  needs: ["life/registers", "life/sigterm"],
  async run(trial) {
    const { worker, end } = await terminate(trial);
    const { registry } = worker.module.parts;
    const events = registry?.events ?? [];
    const gone = events.find((event) => event.kind === "deregistered");
    const ended = end === undefined ? "it still ran" : "it ended";
    must(gone?.kind === "deregistered", `${ended} without Deregister`);
    const { identity } = worker.module;
    must(sameAs(gone.who, identity), `it took ${inWords(gone.who)} away`, inWords(identity));
    return "gone at once";
  },
};

export const registrationCases: readonly Case[] = [
  ...[registers, instance, joinToken, heartbeats, registersAgain, deregisters],
];
