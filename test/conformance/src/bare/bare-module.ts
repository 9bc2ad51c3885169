import { createHash, randomUUID } from "node:crypto";
import { create, toBinary } from "@bufbuild/protobuf";
import { type Metadata, Server, ServerCredentials, status } from "@grpc/grpc-js";
import {
  type ConfigureRequest,
  DescribeResponseSchema,
  Discovery,
  type DrainRequest,
  Enrichment,
  type HandshakeRequest,
  Plugin,
  Polling,
  Sink,
  type ValidateConfigRequest,
} from "@ocelli/proto/plugin";
import { Kind } from "@ocelli/proto/task";
import type { Breaks } from "../mutants.js";
import { discover } from "./discovery.js";
import { enrich } from "./enrichment.js";
import { Gate } from "./gate.js";
import { addHealth, addService, Refusal } from "./grpc.js";
import { Instances } from "./instances.js";
import type { Log } from "./log.js";
import { name, type Parts, version } from "./parts.js";
import { poll } from "./polling.js";
import { isObject, knobsOf, problemsOf, schemaJson } from "./settings.js";
import { write } from "./sink.js";

export interface BareOptions {
  /** What every call must carry; undefined lets everybody in. */
  readonly token: string | undefined;
  /** Largest message that may be sent. */
  readonly messageBytes: number;
  readonly instanceId: string;
}

/** A module made of the contracts and the plain gRPC library: no SDK stands between it and the kit. */
export class BareModule implements Parts {
  readonly breaks: Breaks;
  readonly log: Log;
  readonly gate: Gate;
  readonly instances: Instances;
  readonly messageBytes: number;
  readonly bootId: string;
  readonly instanceId: string;
  readonly #token: string | undefined;
  readonly #server: Server;
  #handshakes = 0;

  constructor(breaks: Breaks, log: Log, { token, messageBytes, instanceId }: BareOptions) {
    this.breaks = breaks;
    this.log = log;
    this.messageBytes = messageBytes;
    this.instanceId = instanceId;
    this.bootId = breaks("same-boot-id") ? "boot" : randomUUID();
    this.gate = new Gate(breaks);
    this.instances = new Instances(breaks);
    this.#token = token;
    const receives = breaks("receives-little") ? 1024 * 1024 : 4 * 1024 * 1024;
    this.#server = new Server({
      "grpc.max_receive_message_length": breaks("dies-of-size") ? -1 : receives,
      "grpc.max_send_message_length": -1,
    });
    this.#addServices();
  }

  /** Where it serves: "unix:/path" or "host:port". */
  async listen(address: string): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.bindAsync(address, ServerCredentials.createInsecure(), (error) =>
        error ? reject(error) : resolve(),
      );
    });
  }

  /** Lets the last answers leave, then ends what is left. */
  async close(): Promise<void> {
    const timer = setTimeout(() => this.#server.forceShutdown(), 500);
    await new Promise<void>((resolve) => this.#server.tryShutdown(() => resolve()));
    clearTimeout(timer);
  }

  #addServices(): void {
    const { breaks } = this;
    const admit = (metadata: Metadata): void => {
      if (this.#token === undefined || breaks("takes-any-token")) return;
      const [given] = metadata.get("ocelli-token");
      if (given !== this.#token) throw new Refusal(status.UNAUTHENTICATED, "only my host may call me");
    };
    const add = (service: Parameters<typeof addService>[1], handlers: Parameters<typeof addService>[2]): void =>
      addService(this.#server, service, handlers, admit, !breaks("never-waits"));
    const isServing = (): boolean => {
      if (breaks("never-serving")) return false;
      return !this.gate.draining || breaks("drain-stays-serving");
    };
    addHealth(this.#server, isServing, admit);
    add(Plugin, {
      handshake: async (request: HandshakeRequest) => this.#handshake(request),
      describe: async () => this.#describe(),
      validateConfig: async (request: ValidateConfigRequest) => this.#validate(request),
      configure: async (request: ConfigureRequest) => this.#configure(request),
      drain: async ({ graceMs }: DrainRequest) => {
        await this.gate.drainAsAsked(graceMs);
        return {};
      },
    });
    add(Discovery, { discover: discover(this) });
    add(Enrichment, { enrich: enrich(this) });
    add(Polling, { poll: poll(this) });
    if (!breaks("names-what-it-lacks")) add(Sink, { write: write(this) });
  }

  #handshake({ protocolMajors, capabilities, $unknown }: HandshakeRequest): object {
    const { breaks } = this;
    this.#handshakes += 1;
    if (breaks("wants-known-capabilities") && capabilities.length > 0) {
      throw new Refusal(status.INVALID_ARGUMENT, `unknown capability ${capabilities[0]}`);
    }
    if (breaks("wants-known-fields") && $unknown?.length) throw new Refusal(status.INVALID_ARGUMENT, "unknown field");
    const digest = createHash("sha256").update(toBinary(DescribeResponseSchema, this.#describe())).digest("hex");
    return {
      protocolMajor: protocolMajors.includes(1) || breaks("takes-any-version") ? 1 : 0,
      protocolMajors: [1],
      ...{ name, version, instanceId: this.instanceId, sdk: "", language: "typescript" },
      bootId: breaks("new-boot-id-each-time") ? randomUUID() : this.bootId,
      describeDigest: breaks("digest-each-time") ? `${digest}-${this.#handshakes}` : digest,
    };
  }

  #describe() {
    return create(DescribeResponseSchema, {
      description: "Does right and wrong on request.",
      services: [Kind.DISCOVERY, Kind.ENRICHMENT, Kind.POLLING, Kind.SINK],
      settingsSchemaJson: schemaJson(this.breaks),
      repeatIsHarmless: true,
    });
  }

  #read(settingsJson: string): Readonly<Record<string, unknown>> {
    try {
      const value: unknown = JSON.parse(settingsJson);
      if (isObject(value)) return value;
    } catch {
      // What is no JSON is refused below.
    }
    const code = this.breaks("falls-over-bad-json") ? status.INTERNAL : status.INVALID_ARGUMENT;
    throw new Refusal(code, "settings are a JSON object of sections");
  }

  #validate({ plugin, settingsJson }: ValidateConfigRequest): object {
    const settings = this.#read(settingsJson);
    const diagnostics = problemsOf(settings, this.breaks, true);
    if (this.breaks("applies-when-asked") && diagnostics.length === 0) {
      this.instances.apply(plugin, knobsOf(settings, {}));
    }
    return { diagnostics };
  }

  #configure({ plugin, revision, settingsJson, secrets }: ConfigureRequest): object {
    const { breaks, log, instances } = this;
    log.hide(Object.values(secrets));
    const settings = this.#read(settingsJson);
    const diagnostics = problemsOf(settings, breaks, false);
    if (diagnostics.length === 0) {
      instances.put(plugin, revision, knobsOf(settings, breaks("loses-secrets") ? {} : secrets));
    } else if (breaks("unloads-when-refusing")) instances.drop(plugin);
    const quote = breaks("secret-in-diagnostic") ? ` (${Object.values(secrets).join()})` : "";
    return { diagnostics: diagnostics.map((one) => ({ ...one, summary: `${one.summary}${quote}` })) };
  }
}
