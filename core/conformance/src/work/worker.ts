import { create } from "@bufbuild/protobuf";
import { enrichmentSetToProto, resourceToProto } from "@ocelli/codec";
import type { Resource } from "@ocelli/model";
import {
  type ConfigureResponse,
  type Diagnostic,
  type Item,
  ItemSchema,
  type Run,
  RunSchema,
  Severity,
  type ValidateConfigResponse,
} from "@ocelli/proto/plugin";
import type { Timings } from "../engine/timings.js";
import { Broken, NotApplicable } from "../engine/verdict.js";
import { wantsDirectory } from "../fixture/bad-settings.js";
import type { Fixture } from "../fixture/fixture.js";
import type { RunningModule } from "../launch/running-module.js";
import type { Wire } from "../wire/wire.js";
import { callDiscovery, type DiscoveryCall } from "./discovery-call.js";
import { type CallPlan, callItems, type ItemCall, type ItemOutcome, type ItemService } from "./item-call.js";
import type { Knobs } from "./knobs.js";

/** A plugin and the revision of its settings, as work names them. */
export interface Use {
  readonly plugin: string;
  readonly revision: string;
}

export interface ConfigurePlan {
  readonly knobs?: Knobs;
  /** More secrets, by pointer, besides those of the fixture. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** A plugin that has other settings already; a new one where it is not said. */
  readonly plugin?: string;
}

export interface ItemPlan {
  readonly resource?: Resource;
  readonly deadlineMs?: number;
  readonly state?: Uint8Array;
  readonly slotAtMs?: bigint;
  readonly fence?: bigint;
}

/** How a call is made where a case wants it otherwise than usual. */
export interface CallExtras extends Partial<CallPlan> {
  readonly wire?: Wire;
}

let counter = 0;

/** A name that was not used before in this process. */
export function nextName(what: string): string {
  counter += 1;
  return `${what}-${counter}`;
}

let fence = 0n;

/** Grows with every run, as fences do. */
function nextFence(): bigint {
  fence += 1n;
  return fence;
}

/** Puts one running module to work, as an agent does. */
export class Worker {
  readonly module: RunningModule;
  readonly fixture: Fixture;
  readonly knobs: ReadonlySet<string>;
  readonly #timings: Timings;

  constructor(module: RunningModule, fixture: Fixture, knobs: ReadonlySet<string>, timings: Timings) {
    this.module = module;
    this.fixture = fixture;
    this.knobs = knobs;
    this.#timings = timings;
  }

  get isProbe(): boolean {
    return this.knobs.size > 0;
  }

  /** The settings of a plugin: the knobs of a probe, the fixture's of any other module. */
  settings(knobs: Knobs = {}): Readonly<Record<string, unknown>> {
    if (this.isProbe) return { probe: knobs };
    const { settings, directory } = this.fixture;
    const wants = directory !== undefined && wantsDirectory(this.module.description.settingsSchemaJson);
    return wants ? { ...settings, ocelli: { directory } } : settings;
  }

  validate(settings: unknown, plugin = nextName("validated")): Promise<ValidateConfigResponse> {
    const request = { plugin, settingsJson: JSON.stringify(settings) };
    return this.module.wire.plugin.validateConfig(request, this.#options());
  }

  configureWith(
    use: Use,
    settings: unknown,
    secrets: Readonly<Record<string, string>> = {},
  ): Promise<ConfigureResponse> {
    const request = { ...use, settingsJson: JSON.stringify(settings), secrets: { ...secrets } };
    return this.module.wire.plugin.configure(request, this.#options());
  }

  /** Configures a plugin with settings that have to be good. */
  async configure({ knobs, secrets = {}, plugin = nextName("conformance") }: ConfigurePlan = {}): Promise<Use> {
    const use = { plugin, revision: nextName("r") };
    const all = { ...(this.isProbe ? {} : this.fixture.secrets), ...secrets };
    const { diagnostics } = await this.configureWith(use, this.settings(knobs), all);
    const errors = errorsOf(diagnostics);
    if (errors.length === 0) return use;
    const said = `it refused its settings (${inWords(errors)})`;
    if (this.isProbe) throw new Broken(`${said}: ${JSON.stringify(knobs ?? {})}`, "these settings are accepted");
    throw new NotApplicable(`${said}, see settings/accepted: give good ones in conformance.json`);
  }

  run(
    use: Use,
    { deadlineMs = this.#timings.answerMs - 500, state, slotAtMs, fence = nextFence() }: ItemPlan = {},
  ): Run {
    return create(RunSchema, {
      ...use,
      fence,
      leaseMs: deadlineMs + 5_000,
      deadlineMs,
      slotAtMs: slotAtMs ?? BigInt(Date.now()),
      frequencyMs: 60_000,
      ...(state && { state }),
    });
  }

  item(use: Use, item: number, plan: ItemPlan = {}): Item {
    const { resource = this.fixture.resource } = plan;
    const facts = Object.entries(this.fixture.enrichments).map(([namespace, data]) =>
      enrichmentSetToProto({
        namespace,
        schema: "0.1",
        ttlS: 3600,
        dataJson: new TextEncoder().encode(JSON.stringify(data)),
        resourceId: "",
      }),
    );
    const run = this.run(use, plan);
    return create(ItemSchema, { item, run, resource: resourceToProto(resource), enrichments: facts });
  }

  /** So many items, numbered from 1, for resources of their own. */
  items(use: Use, count: number, plan: ItemPlan = {}): Item[] {
    const { resource } = this.fixture;
    return Array.from({ length: count }, (_, i) =>
      this.item(use, i + 1, {
        resource: count === 1 ? resource : { ...resource, id: `${resource.id}-${i + 1}` },
        ...plan,
      }),
    );
  }

  call(service: ItemService, items: readonly Item[], extras: CallExtras = {}): Promise<ItemCall> {
    return callItems(extras.wire ?? this.module.wire, service, items, this.#plan(extras));
  }

  discover(run: Run, extras: CallExtras = {}): Promise<DiscoveryCall> {
    return callDiscovery(extras.wire ?? this.module.wire, run, this.#plan(extras));
  }

  /** One item, whose answer has to come. */
  async one(service: ItemService, use: Use, plan: ItemPlan = {}, extras: CallExtras = {}): Promise<ItemOutcome> {
    const call = await this.call(service, [this.item(use, 1, plan)], extras);
    if (call.error !== undefined) throw call.error;
    const outcome = call.outcomes.get(1);
    if (!outcome) throw new Broken("the call ended without an answer to its one item", "every item is answered");
    return outcome;
  }

  #options() {
    return this.module.wire.options(this.#timings.answerMs);
  }

  #plan(extras: CallExtras): CallPlan {
    return { timeoutMs: this.#timings.answerMs, ...extras };
  }
}

/** A diagnostic without a severity counts as an error. */
export function errorsOf(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  return diagnostics.filter(({ severity }) => severity !== Severity.WARNING);
}

/** "/probe/value: too large; /probe/fail: not one of …". */
export function inWords(diagnostics: readonly Diagnostic[]): string {
  if (diagnostics.length === 0) return "no diagnostics";
  return diagnostics.map(({ path, summary }) => `${path || "/"}: ${summary}`).join("; ");
}
