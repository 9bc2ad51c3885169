import type { Case } from "../engine/case.js";
import { must, NotApplicable, seenOf } from "../engine/verdict.js";
import { failedCall, inWords } from "../wire/failed-call.js";
import type { Worker } from "../work/worker.js";

const agrees: Case = {
  id: "handshake/agrees",
  promise: "the handshake chooses major version 1 where it is offered, and says name, version, instance and boot id",
  advice: "choose a major out of protocol_majors of the request, and fill in every name of HandshakeResponse",
  async run({ module, timings }) {
    const { wire, identity } = module;
    const request = { protocolMajors: [1, 99], hostVersion: "9.9.9", launchId: module.parts.launchId };
    const { protocolMajor } = await wire.plugin.handshake(request, wire.options(timings.answerMs));
    must(protocolMajor === 1, `offered 1 and 99, it chose ${protocolMajor}`);
    const { name, version, instanceId, bootId, protocolMajors } = identity;
    must(protocolMajors.includes(1), `protocol_majors is [${protocolMajors.join(", ")}]`, "protocol_majors names 1");
    const missing = Object.entries({ name, version, instance_id: instanceId, boot_id: bootId }).filter(
      ([, text]) => text === "",
    );
    must(missing.length === 0, `${missing.map(([key]) => key).join(", ")} is empty`);
    must(/^\d+\.\d+\.\d+/.test(version), `its version is "${version}"`, "a version such as 1.2.3");
    return `${name} ${version} speaks ${protocolMajors.join(", ")}`;
  },
};

const mismatch: Case = {
  id: "handshake/version-mismatch",
  promise:
    "a host that speaks other versions only is told which ones the module speaks, at once, and the module goes on",
  advice:
    "answer with protocol_major = 0 and your own protocol_majors; do not end, wait or choose one that was not offered",
  async run({ module, timings }) {
    const { wire } = module;
    const options = wire.options(timings.answerMs);
    const said = await wire.plugin.handshake({ protocolMajors: [98, 99], hostVersion: "9.9.9" }, options).then(
      ({ protocolMajor, protocolMajors }) => {
        must(protocolMajor === 0, `offered 98 and 99 only, it chose ${protocolMajor}`, "protocol_major = 0");
        must(protocolMajors.length > 0, "it does not say which versions it speaks", "protocol_majors lists its own");
        return `it speaks ${protocolMajors.join(", ")}`;
      },
      (error: unknown) => {
        const call = failedCall(error);
        const namesBoth = call.sentence.includes("99") && /\b1\b/.test(call.sentence);
        must(call.status === "FAILED_PRECONDITION" && namesBoth, `it failed with ${inWords(call)}`);
        return inWords(call);
      },
    );
    await wire.plugin.handshake({ protocolMajors: [1] }, options);
    return said;
  },
};

const capabilities: Case = {
  id: "handshake/unknown-capabilities",
  promise: "capabilities that the module does not know are ignored",
  advice: "ignore what you do not know in HandshakeRequest.capabilities: a newer host is no error",
  async run({ module, timings }) {
    const { wire } = module;
    const unknown = ["conformance-unknown", "CAPABILITY_99", "", "ü".repeat(50)];
    const request = { protocolMajors: [1], hostVersion: "9.9.9", capabilities: unknown };
    const { protocolMajor } = await wire.plugin.handshake(request, wire.options(timings.answerMs));
    must(protocolMajor === 1, `with unknown capabilities it chose major ${protocolMajor}`);
    return "ignored";
  },
};

const repeated: Case = {
  id: "handshake/repeated",
  promise: "every handshake of one process says the same name, instance id and boot id",
  advice: "make boot_id once, when the process starts",
  async run({ module, timings }) {
    const { wire, identity: first } = module;
    const second = await wire.plugin.handshake({ protocolMajors: [1] }, wire.options(timings.answerMs));
    for (const key of ["name", "version", "instanceId", "bootId"] as const) {
      must(first[key] === second[key], `${key} was "${first[key]}" and is "${second[key]}" now`);
    }
    return `boot id ${first.bootId}`;
  },
};

const token: Case = {
  id: "handshake/token",
  promise: "a child answers calls with the token of its launch only; all others get UNAUTHENTICATED",
  advice: "compare the metadata ocelli-token of every call, of every service, with the token of the bootstrap line",
  only: { modes: ["child"], because: "only a child has a launch token" },
  async run({ module, timings }) {
    for (const [what, given] of [
      ["without a token", undefined],
      ["with a wrong token", "wrong"],
      ["with a token that only begins right", (module.parts.token ?? "").slice(0, -1)],
    ] as const) {
      const wire = module.strangerWire(given);
      const calls = {
        Handshake: () => wire.plugin.handshake({ protocolMajors: [1] }, wire.options(timings.answerMs)),
        Configure: () =>
          wire.plugin.configure({ plugin: "p", revision: "r", settingsJson: "{}" }, wire.options(timings.answerMs)),
      };
      for (const [name, call] of Object.entries(calls)) {
        const status = await call().then(
          () => "an answer",
          (error: unknown) => failedCall(error).status,
        );
        must(status === "UNAUTHENTICATED", `${name} ${what} got ${status}`, "UNAUTHENTICATED");
      }
      wire.close();
    }
    return "all refused";
  },
};

const health: Case = {
  id: "handshake/health",
  promise: "grpc.health.v1.Health answers SERVING",
  advice: "register your gRPC library's health service and set the empty service name to SERVING",
  async run({ module, timings }) {
    const status = await module.wire.health(timings.answerMs);
    must(status === "SERVING", `it is ${status}`, "SERVING");
    return status;
  },
};

/** Below what a stand-alone module takes for granted, so that a module that ignores it shows. */
const lowLimits = { messageBytes: 512 * 1024, itemsPerCall: 16, callsInFlight: 4 };

const limits: Case = {
  id: "handshake/limits",
  promise: "no message is larger than the lower of both sides allows; what cannot be split is a fault that says so",
  advice:
    "take the limits of the bootstrap line for your own answers (4 MiB where you start by yourself), and split by them",
  async run(trial) {
    const isChild = trial.mode === "child";
    const worker = isChild ? await trial.fresh({ limits: lowLimits }) : trial.worker;
    const { messageBytes, itemsPerCall } = worker.module.agreed;
    must(messageBytes >= 64 * 1024, `it allows messages of ${messageBytes} bytes only`, "at least 64 KiB");
    const service = trial.itemService();
    if (!worker.isProbe) return await small(worker, service, messageBytes, itemsPerCall);
    const use = await worker.configure({ knobs: { groups: 1, pad_bytes: messageBytes + 100_000 } });
    const seen: string[] = [];
    if (service === "polling") {
      const call = await worker.call("polling", worker.items(use, 1));
      if (call.error !== undefined)
        must(false, `the whole call failed with ${seenOf(call.error)}`, "a fault of the item");
      const fault = call.outcomes.get(1)?.fault;
      const what = `a group larger than ${messageBytes} bytes`;
      must(call.largestBytes <= messageBytes, `${what} came in a message of ${call.largestBytes} bytes`);
      must(fault !== undefined, `${what} was left out without a word`, "a fault that says why");
      seen.push(`too large a group: ${fault.message}`);
    }
    if (!isChild) return seen.join("; ");
    const many = await worker.configure({ knobs: { groups: 40, pad_bytes: 50_000 } });
    const call = await worker.call(service, worker.items(many, 2));
    if (call.error !== undefined) throw call.error;
    must(call.largestBytes <= messageBytes, `a message of ${call.largestBytes} bytes came`, `at most ${messageBytes}`);
    return [...seen, `largest message ${call.largestBytes} bytes`].join("; ");
  },
};

async function small(
  worker: Worker,
  service: "polling" | "enrichment",
  messageBytes: number,
  itemsPerCall: number,
): Promise<string> {
  const use = await worker.configure();
  const call = await worker.call(service, worker.items(use, Math.min(itemsPerCall, 16)));
  if (call.error !== undefined) throw call.error;
  must(call.largestBytes <= messageBytes, `a message of ${call.largestBytes} bytes came`, `at most ${messageBytes}`);
  if (call.largestBytes === 0) throw new NotApplicable("it answered nothing that could be too large");
  return `largest message ${call.largestBytes} bytes`;
}

export const handshakeCases: readonly Case[] = [agrees, mismatch, capabilities, repeated, token, health, limits];
