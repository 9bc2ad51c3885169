import { unpackGroups } from "@ocelli/codec";
import {
  type Clock,
  type DiscoveryPart,
  type EnrichAnswer,
  type ModuleLimits,
  OcelliError,
  type PackedAnswer,
  type PollAnswer,
  type Problem,
  type Run,
  type WorkItem,
} from "@ocelli/model";
import { Discovery, Plugin } from "@ocelli/proto/plugin";
import { type CallOptions, type Client, type Connection, createClient } from "@ocelli/rpc";
import { type Findings, findingsOf } from "../settings/diagnostics.js";
import type { SettingsSource } from "../settings/settings-source.js";
import type { TypedSettings } from "../settings/typed-settings.js";
import { answersOf } from "./answers-of.js";
import { CallGroups } from "./call-groups.js";
import type { CallHost, PluginRevision, WorkOptions } from "./call-host.js";
import { CallSlots } from "./call-slots.js";
import type { ModuleDescription } from "./describe.js";
import { DiscoverCall } from "./discover-call.js";
import type { ModuleIdentity } from "./handshake.js";
import { ItemCall } from "./item-call.js";
import type { AnswerListener, AnyAnswer, ItemProtocol, Leave } from "./item-protocol.js";
import { probeServices, type ServiceProbe } from "./probe-services.js";
import type { SettingsShelf } from "./settings-shelf.js";
import { openSinkStream, type SinkStream } from "./sink-stream.js";
import { enrichProtocol, pollProtocol } from "./work-protocols.js";

/** What is known of a module once it shook hands. */
export interface LinkFacts {
  readonly identity: ModuleIdentity;
  readonly description: ModuleDescription;
  readonly limits: ModuleLimits;
  readonly connection: Connection;
  /** Sent with every call. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** What a link tells its owner. */
export interface LinkEvents {
  /** Something was wrong with what was done for these plugins, but the module goes on. */
  onNote?(plugins: readonly string[], sentence: string): void;
  /** A call found the module not available. */
  onLost?(sentence: string): void;
  /** The module ignores a deadline or a cancelled call: it should be ended. Told once. */
  onStuck?(sentence: string): void;
}

export interface LinkDeps {
  readonly clock: Clock;
  readonly shelf: SettingsShelf;
  readonly events: LinkEvents;
  /** Why the module went away, where that is known; waits a moment for the news. */
  lossReason(): Promise<string | undefined>;
  /** Handshakes again. Throws where the module does not answer. */
  ping(options: CallOptions): Promise<void>;
}

/** How long settings may take to be looked at or applied, in ms. */
const settingsTimeoutMs = 10_000;

/** After a cancelled call, how long the module may take to answer at all before it counts as stuck, in ms. */
const probeTimeoutMs = 2_000;

/** A module that shook hands: what it says it is, and work for it. */
export class ModuleLink {
  readonly identity: ModuleIdentity;
  readonly description: ModuleDescription;
  readonly limits: ModuleLimits;
  readonly #deps: LinkDeps;
  readonly #plugin: Client<typeof Plugin>;
  readonly #discovery: Client<typeof Discovery>;
  readonly #connection: Connection;
  readonly #metadata: Readonly<Record<string, string>>;
  readonly #groups: CallGroups;
  readonly #host: CallHost;
  #stuck = false;
  #probing = false;

  constructor(facts: LinkFacts, deps: LinkDeps) {
    const { connection, metadata } = facts;
    this.identity = facts.identity;
    this.description = facts.description;
    this.limits = facts.limits;
    this.#deps = deps;
    this.#connection = connection;
    this.#metadata = metadata;
    this.#plugin = createClient(Plugin, connection);
    this.#discovery = createClient(Discovery, connection);
    this.#groups = new CallGroups(deps.clock, facts.limits);
    this.#host = this.#callHost();
  }

  /** Name and version, for people. */
  get title(): string {
    return `${this.identity.name} ${this.identity.version}`.trim();
  }

  /** What the module itself says of settings. Throws where it does not answer. */
  async validate(
    plugin: string,
    settings: TypedSettings,
    source: SettingsSource,
    signal: AbortSignal,
  ): Promise<Findings> {
    try {
      const request = { plugin, settingsJson: settings.maskedJson };
      const { diagnostics } = await this.#plugin.validateConfig(request, this.#within(settingsTimeoutMs, signal));
      return findingsOf(diagnostics, source);
    } catch (error) {
      if (error instanceof OcelliError && error.code === "unimplemented") return { errors: [], warnings: [] };
      throw error;
    }
  }

  /** Applies settings. Problems mean that they were not applied. */
  async configure(
    target: PluginRevision,
    settings: TypedSettings,
    source: SettingsSource,
    signal: AbortSignal,
  ): Promise<readonly Problem[]> {
    const request = { ...target, settingsJson: settings.settingsJson, secrets: { ...settings.secrets } };
    // On the shelf before the call: an open stream that ends because of it must not bring the older settings back.
    const undo = this.#deps.shelf.put(target.plugin, target.revision, settings);
    try {
      const { diagnostics } = await this.#plugin.configure(request, this.#within(settingsTimeoutMs, signal));
      const { errors } = findingsOf(diagnostics, source);
      if (errors.length > 0) undo();
      return errors;
    } catch (error) {
      undo();
      throw error;
    }
  }

  /** Polls items, as many and of as many plugins as there are; each gets exactly one last answer, whatever the module
   *  does. What it found is passed on packed; groups without a time of their own get that of their receipt. */
  startPoll(items: readonly WorkItem[], options: WorkOptions, listener: AnswerListener<PackedAnswer>): Leave {
    return this.#start(
      pollProtocol(() => this.#deps.clock.nowMs()),
      items,
      options,
      listener,
    );
  }

  /** As `startPoll`, for enrichments. */
  startEnrich(items: readonly WorkItem[], options: WorkOptions, listener: AnswerListener<EnrichAnswer>): Leave {
    return this.#start(enrichProtocol, items, options, listener);
  }

  /** Polls items and takes what was found apart. Where the signal aborts, the rest stays unanswered. */
  async *poll(items: readonly WorkItem[], options: WorkOptions, signal: AbortSignal): AsyncGenerator<PollAnswer> {
    const protocol = pollProtocol(() => 0);
    const start = (to: AnswerListener<PackedAnswer>): Leave => this.#start(protocol, items, options, to);
    for await (const answer of answersOf(start, signal))
      yield { ...answer, groups: answer.groups ? unpackGroups(answer.groups) : [] };
  }

  /** As `poll`, for enrichments. */
  enrich(items: readonly WorkItem[], options: WorkOptions, signal: AbortSignal): AsyncGenerator<EnrichAnswer> {
    return answersOf((to: AnswerListener<EnrichAnswer>) => this.startEnrich(items, options, to), signal);
  }

  /** Discovers; ends with exactly one `end`, unless the signal aborts. */
  discover(run: Run, options: WorkOptions, signal: AbortSignal): AsyncGenerator<DiscoveryPart> {
    return new DiscoverCall(this.#host, this.#discovery, run, options).run(signal);
  }

  /** Asks for health, and whether each service it describes is really there. Throws where the module does not answer. */
  probeServices(): Promise<ServiceProbe> {
    const options = { timeoutMs: probeTimeoutMs, metadata: this.#metadata };
    return probeServices(this.#connection, this.description.services, options);
  }

  openSink(target: PluginRevision, signal: AbortSignal): SinkStream {
    return openSinkStream(this.#host, this.#connection, target, signal);
  }

  /** Asks the module to take no new work, and waits until what runs is done. */
  async drain(graceMs: number, reason: string): Promise<void> {
    await this.#plugin.drain({ graceMs, reason }, { timeoutMs: graceMs + 500, metadata: this.#metadata });
  }

  #start<Answer extends AnyAnswer>(
    protocol: ItemProtocol<Answer>,
    items: readonly WorkItem[],
    { grant }: WorkOptions,
    listener: AnswerListener<Answer>,
  ): Leave {
    let left = 0;
    const calls = this.#groups.of(items).map(({ items: some, indexOf }) => {
      left += 1;
      const options: WorkOptions = grant ? { grant: (item, extendMs) => grant(indexOf(item), extendMs) } : {};
      return new ItemCall<Answer>(this.#host, this.#connection, protocol, some, options, {
        onAnswer: (answer) => {
          answer.item = indexOf(answer.item);
          listener.onAnswer(answer);
        },
        onEnd: () => {
          left -= 1;
          if (left === 0) listener.onEnd();
        },
      });
    });
    for (const call of calls) call.start();
    if (calls.length === 0) listener.onEnd();
    return () => {
      for (const call of calls) call.leave();
    };
  }

  #callHost(): CallHost {
    return {
      title: this.title,
      clock: this.#deps.clock,
      limits: this.limits,
      slots: new CallSlots(this.limits.callsInFlight),
      metadata: this.#metadata,
      repeatIsHarmless: this.description.repeatIsHarmless,
      configureAgain: (revisions, signal) => this.#configureAgain(revisions, signal),
      lossReason: () => this.#deps.lossReason(),
      lost: (sentence) => this.#deps.events.onLost?.(sentence),
      note: (plugins, sentence) => this.#deps.events.onNote?.(plugins, sentence),
      overran: (sentence) => this.#overran(sentence),
      blame: (plugins) => this.#groups.blame(plugins),
      probe: () => void this.#probe(),
    };
  }

  async #configureAgain(revisions: readonly PluginRevision[], signal: AbortSignal): Promise<boolean> {
    for (const target of revisions) {
      const settings = this.#deps.shelf.get(target.plugin, target.revision);
      if (!settings) return false;
      try {
        const problems = await this.configure(target, settings, nowhere, signal);
        if (problems.length > 0) return false;
      } catch {
        return false; // The call it was for fails with the module's own words.
      }
    }
    return true;
  }

  #overran(sentence: string): void {
    if (this.#stuck) return;
    this.#stuck = true;
    this.#deps.events.onStuck?.(sentence);
  }

  async #probe(): Promise<void> {
    if (this.#probing) return;
    this.#probing = true;
    try {
      await this.#deps.ping({ timeoutMs: probeTimeoutMs, metadata: this.#metadata });
    } catch (error) {
      const silent = error instanceof OcelliError && error.code === "timeout";
      if (silent) this.#overran(`${this.title} does not answer ${probeTimeoutMs / 1000} s after a call was cancelled`);
    } finally {
      this.#probing = false;
    }
  }

  #within(timeoutMs: number, signal: AbortSignal): CallOptions {
    return { timeoutMs, signal, metadata: this.#metadata };
  }
}

const nowhere: SettingsSource = { file: "", directory: "", settings: [] };
