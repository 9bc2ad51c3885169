import {
  type Clock,
  type DiscoveryPart,
  type EnrichAnswer,
  linkSignals,
  type ModuleLimits,
  OcelliError,
  type PollAnswer,
  type Problem,
  type Run,
  type WorkItem,
} from "@ocelli/model";
import { Discovery, Enrichment, Plugin, Polling, Sink } from "@ocelli/proto/plugin";
import { type CallOptions, type Client, type Connection, createClient } from "@ocelli/rpc";
import { type Findings, findingsOf } from "../settings/diagnostics.js";
import type { SettingsSource } from "../settings/settings-source.js";
import type { TypedSettings } from "../settings/typed-settings.js";
import { CallGroups } from "./call-groups.js";
import type { CallHost, PluginRevision, WorkOptions } from "./call-host.js";
import { CallSlots } from "./call-slots.js";
import type { ModuleDescription } from "./describe.js";
import { DiscoverCall } from "./discover-call.js";
import type { ModuleIdentity } from "./handshake.js";
import { ItemCall } from "./item-call.js";
import type { ItemProtocol } from "./item-protocol.js";
import { mergeStreams } from "./merge-streams.js";
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
  readonly #enrichment: Client<typeof Enrichment>;
  readonly #polling: Client<typeof Polling>;
  readonly #sink: Client<typeof Sink>;
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
    this.#metadata = metadata;
    this.#plugin = createClient(Plugin, connection);
    this.#discovery = createClient(Discovery, connection);
    this.#enrichment = createClient(Enrichment, connection);
    this.#polling = createClient(Polling, connection);
    this.#sink = createClient(Sink, connection);
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
   *  does. Where the signal aborts, the rest stays unanswered. */
  poll(items: readonly WorkItem[], options: WorkOptions, signal: AbortSignal): AsyncGenerator<PollAnswer> {
    return this.#work(pollProtocol(this.#polling), items, options, signal);
  }

  /** As `poll`, for enrichments. */
  enrich(items: readonly WorkItem[], options: WorkOptions, signal: AbortSignal): AsyncGenerator<EnrichAnswer> {
    return this.#work(enrichProtocol(this.#enrichment), items, options, signal);
  }

  /** Discovers; ends with exactly one `end`, unless the signal aborts. */
  discover(run: Run, options: WorkOptions, signal: AbortSignal): AsyncGenerator<DiscoveryPart> {
    return new DiscoverCall(this.#host, this.#discovery, run, options).run(signal);
  }

  openSink(target: PluginRevision, signal: AbortSignal): SinkStream {
    return openSinkStream(this.#host, this.#sink, target, signal);
  }

  /** Asks the module to take no new work, and waits until what runs is done. */
  async drain(graceMs: number, reason: string): Promise<void> {
    await this.#plugin.drain({ graceMs, reason }, { timeoutMs: graceMs + 500, metadata: this.#metadata });
  }

  async *#work<Response, Raw extends { readonly item: number }, Answer extends { readonly last: boolean }>(
    protocol: ItemProtocol<Response, Raw, Answer>,
    items: readonly WorkItem[],
    options: WorkOptions,
    signal: AbortSignal,
  ): AsyncGenerator<Answer & { readonly item: number }> {
    using own = linkSignals(signal);
    const { grant } = options;
    const calls = this.#groups.of(items).map((group) => {
      const indexOf = (item: number): number => group[item]?.index ?? -1;
      const asked: WorkOptions = grant ? { grant: (item, extendMs) => grant(indexOf(item), extendMs) } : {};
      return renumbered(new ItemCall(this.#host, protocol, group, asked).run(own.signal), indexOf);
    });
    try {
      const [only] = calls;
      yield* only !== undefined && calls.length === 1 ? only : mergeStreams(calls);
    } finally {
      own.abort();
    }
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

async function* renumbered<Answer extends { readonly item: number }>(
  answers: AsyncGenerator<Answer>,
  indexOf: (item: number) => number,
): AsyncGenerator<Answer> {
  for await (const answer of answers) yield { ...answer, item: indexOf(answer.item) };
}

const nowhere: SettingsSource = { file: "", directory: "", settings: [] };
