import { faultFromProto, resourceFromProto } from "@ocelli/codec";
import { type DiscoveryPart, type Fault, type Resource, resourceProblems } from "@ocelli/model";
import type { DiscoverResponse, Summary } from "@ocelli/proto/plugin";
import { stateProblem } from "./checked.js";
import { quoted } from "./names.js";

type End = Extract<DiscoveryPart, { kind: "end" }>;

/** What a message of a discovery comes to: parts to hand on, and what was wrong with it. */
export interface DiscoveryStep {
  readonly parts: readonly DiscoveryPart[];
  readonly notes: readonly string[];
}

/** Follows one discovery and decides whether it may call itself complete: only what was counted right, without a
 *  refused resource and without a failed scope in what it claims, may remove anything later. */
export class DiscoveryLedger {
  #received = 0;
  #taken = 0;
  readonly #ids = new Set<string>();
  readonly #failedScopes = new Set<string>();
  #ended = false;

  get ended(): boolean {
    return this.#ended;
  }

  take(response: DiscoverResponse): DiscoveryStep {
    const { part } = response;
    if (this.#ended) return { parts: [], notes: ["it sent more after the summary of its discovery"] };
    switch (part.case) {
      case "batch":
        return this.#batch(part.value.resources.map(resourceFromProto));
      case "partialError": {
        const { scope, fault } = part.value;
        this.#failedScopes.add(scope);
        return { parts: [{ kind: "partial", scope, fault: fault ? faultFromProto(fault) : unsaid }], notes: [] };
      }
      case "summary":
        this.#ended = true;
        return this.#summary(part.value);
      case "progress":
      case undefined:
        return { parts: [], notes: [] };
    }
  }

  /** The end of a discovery that brought no summary. */
  cut(fault: Fault): End {
    this.#ended = true;
    return { kind: "end", summary: undefined, fault, state: undefined };
  }

  #batch(resources: readonly Resource[]): DiscoveryStep {
    const notes: string[] = [];
    const good: Resource[] = [];
    for (const resource of resources) {
      this.#received += 1;
      const problems = resourceProblems(resource);
      if (problems.length > 0) notes.push(`resource ${quoted(resource.id)} is refused: ${problems.join("; ")}`);
      else if (this.#ids.has(resource.id)) notes.push(`resource ${quoted(resource.id)} comes twice`);
      else good.push(resource);
      this.#ids.add(resource.id);
    }
    this.#taken += good.length;
    return { parts: good.length === 0 ? [] : [{ kind: "resources", resources: good }], notes };
  }

  #summary(proto: Summary): DiscoveryStep {
    const said = proto.summary;
    const notes: string[] = [];
    const stateWhy = stateProblem(proto);
    if (stateWhy !== undefined) notes.push(stateWhy);
    const incomplete = said ? this.#whyIncomplete(said.complete, said.resources, said.scopes) : [];
    notes.push(...incomplete);
    const end: End = {
      kind: "end",
      summary: {
        complete: said?.complete === true && incomplete.length === 0,
        resources: this.#taken,
        scopes: said?.scopes ?? [],
      },
      fault: undefined,
      state: proto.setState && stateWhy === undefined ? proto.state : undefined,
    };
    return { parts: [end], notes };
  }

  #whyIncomplete(complete: boolean, count: number, scopes: readonly string[]): string[] {
    if (!complete) return [];
    const whys: string[] = [];
    if (count !== this.#received) {
      whys.push(`its summary counts ${count} resources and ${this.#received} came: nothing is removed`);
    } else if (this.#taken !== this.#received) {
      whys.push(`${this.#received - this.#taken} of its resources were refused: nothing is removed`);
    }
    const claimed = [...this.#failedScopes].filter((scope) => scopes.length === 0 || scopes.includes(scope));
    if (claimed.length > 0) {
      whys.push(`its summary claims what it could not look at (${claimed.map(quoted).join(", ")}): nothing is removed`);
    }
    return whys;
  }
}

const unsaid: Fault = {
  message: "the module did not say why",
  origin: "plugin",
  retry: "next_slot",
  scope: "item",
  status: "partial",
};
