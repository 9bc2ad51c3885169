import { OcelliError, type PluginRecord, type Resource, type ResourceRecord } from "@ocelli/model";
import type { DiscoveryAnswer } from "./discovery-parts.js";
import { capped, draft } from "./event-draft.js";
import { inParallel } from "./in-parallel.js";
import {
  applyDiscovery,
  type InventoryPlan,
  type InventoryRules,
  type InventoryView,
  putByHand,
  type ResourceChange,
  removal,
} from "./inventory.js";
import type { BrokerNow, EventDraft, Shelf, Stored, Tell } from "./ports.js";
import { type Grace, isOver } from "./refresh.js";
import { whyNotTaken } from "./resource-size.js";

export interface InventoryDeps {
  readonly resources: Shelf<ResourceRecord>;
  readonly plugins: Pick<Shelf<PluginRecord>, "get">;
  readonly rules: InventoryRules;
  readonly brokerNow: BrokerNow;
  readonly tell: Tell;
}

const writesAtOnce = 256;
const rounds = 5;
const refusalsTold = 20;

/** Keeps the resources: applies discoveries, lets held removals happen, removes what expired. */
export class InventoryKeeper {
  readonly #deps: InventoryDeps;
  /** What was told of each plugin's last answer, so that the same is not told with every run. */
  readonly #told = new Map<string, { readonly refused: ReadonlySet<string>; readonly notice: string }>();

  constructor(deps: InventoryDeps) {
    this.#deps = deps;
  }

  /** Throws `unavailable` where the broker does not take it: the same answer can be applied again as a whole. */
  async apply(answer: DiscoveryAnswer): Promise<void> {
    for (let round = 1; ; round += 1) {
      const plan = applyDiscovery(answer, this.#view(), this.#rulesOf(answer.plugin), this.#now());
      const moved = await this.#write(plan.changes);
      if (moved === 0) return this.#tellOf(answer.plugin, plan);
      if (round === rounds) throw new OcelliError("conflict", `${moved} resources are written by others all the time`);
    }
  }

  /** Puts a resource by hand, whoever its source was. Throws `invalid` with everything that is wrong with it. */
  async putByHand(resource: Resource): Promise<ResourceRecord> {
    const problems = whyNotTaken(resource);
    if (problems.length > 0) throw new OcelliError("invalid", problems.join("; "));
    const { resources, tell } = this.#deps;
    for (let round = 0; round < rounds; round += 1) {
      const before = resources.get(resource.id);
      const record = putByHand(resource, before?.value, this.#now());
      if ((await resources.put(resource.id, record, before?.revision)) === "moved") continue;
      const type = before ? "resource.changed" : "resource.added";
      tell(draft(type, "somebody put it by hand", { resourceId: resource.id }));
      return record;
    }
    throw new OcelliError("conflict", `${JSON.stringify(resource.id)} is written by others all the time`);
  }

  /** Deletes a resource, whoever its source is. Throws `not_found`. */
  async deleteByHand(id: string): Promise<void> {
    const { resources, tell } = this.#deps;
    for (let round = 0; round < rounds; round += 1) {
      const entry = resources.get(id);
      if (!entry) throw new OcelliError("not_found", `there is no resource ${JSON.stringify(id)}`);
      if ((await resources.remove(id, entry.revision)) === "moved") continue;
      return tell(removal(entry.value, "somebody deleted it by hand").event);
    }
    throw new OcelliError("conflict", `${JSON.stringify(id)} is written by others all the time`);
  }

  /** Lets what is held for a plugin go. Answers the ids that were removed. */
  async confirmRemoval(plugin: string): Promise<string[]> {
    const held = this.#of(plugin).filter((record) => record.heldForRemoval);
    const changes = held.map((record) => removal(record, `${plugin} names it no more, and somebody confirmed that`));
    const removed: string[] = [];
    await this.#write(changes, (change) => {
      if (change.kind === "remove") removed.push(change.id);
    });
    return removed.sort();
  }

  /** Removes what has not been seen for its ttl. */
  async expire(grace: Grace): Promise<void> {
    const nowMs = this.#deps.brokerNow();
    if (nowMs === undefined) return;
    const over: Stored<ResourceRecord>[] = [];
    for (const entry of this.#deps.resources.values()) if (isOver(entry.value, nowMs, grace)) over.push(entry);
    await inParallel(over, writesAtOnce, async ({ key, value, revision }) => {
      if ((await this.#deps.resources.remove(key, revision)) === "moved") return;
      const message = `${value.source || "nobody"} has not named it for ${Math.round((nowMs - value.seenAtMs) / 1000)} s`;
      this.#deps.tell(draft("resource.expired", message, { plugin: value.source, resourceId: key }));
    });
  }

  /** Writes against what the plan was made from, and tells of each change that was taken. Answers how many were not. */
  async #write(changes: readonly ResourceChange[], taken?: (change: ResourceChange) => void): Promise<number> {
    const { resources, tell } = this.#deps;
    const from = new Map(changes.map((change) => [change, resources.get(idOf(change))?.revision]));
    let moved = 0;
    await inParallel(changes, writesAtOnce, async (change) => {
      const revision = from.get(change);
      const outcome = await (change.kind === "put"
        ? resources.put(idOf(change), change.record, revision)
        : resources.remove(change.id, revision ?? 0));
      if (outcome === "moved") {
        moved += 1;
        return;
      }
      if (change.event) tell(change.event);
      taken?.(change);
    });
    return moved;
  }

  #tellOf(plugin: string, plan: InventoryPlan): void {
    const before = this.#told.get(plugin);
    const fresh = plan.refused.filter((event) => !before?.refused.has(event.message));
    for (const event of capped(fresh, refusalsTold)) this.#deps.tell(event);
    const { notice } = plan;
    if (notice && notice.message !== before?.notice) this.#deps.tell(notice);
    this.#told.set(plugin, { refused: messages(plan.refused), notice: notice?.message ?? "" });
  }

  #view(): InventoryView {
    const { resources, plugins } = this.#deps;
    return {
      get: (id) => resources.get(id)?.value,
      of: (source) => this.#of(source),
      isSource: (plugin) => plugins.get(plugin) !== undefined,
    };
  }

  #of(source: string): ResourceRecord[] {
    const own: ResourceRecord[] = [];
    for (const { value } of this.#deps.resources.values()) if (value.source === source) own.push(value);
    return own;
  }

  #rulesOf(plugin: string): InventoryRules {
    const { rules, plugins } = this.#deps;
    const percent = plugins.get(plugin)?.value.active?.removalPercent || rules.removal.percent;
    return { ...rules, removal: { ...rules.removal, percent } };
  }

  #now(): number {
    const nowMs = this.#deps.brokerNow();
    if (nowMs === undefined) throw new OcelliError("unavailable", "the broker's clock is not known");
    return nowMs;
  }
}

function idOf(change: ResourceChange): string {
  return change.kind === "put" ? change.record.resource.id : change.id;
}

function messages(events: readonly EventDraft[]): ReadonlySet<string> {
  return new Set(events.map((event) => event.message));
}
