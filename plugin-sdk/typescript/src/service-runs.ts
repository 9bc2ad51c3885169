import type { EnrichmentSet } from "@ocelli/model";
import { PollFault } from "./poll-fault.js";
import { Run, type RunDeps, type RunFacts } from "./run.js";
import type { DiscoverContext, ResourceContext } from "./run-context.js";
import type { AuthorCode } from "./wrong-value.js";

/** A run against a resource, with the facts that came with it. */
export class ResourceRun extends Run implements ResourceContext {
  readonly enrichment: (namespace: string, resourceId?: string) => unknown;

  constructor(
    facts: RunFacts,
    deps: RunDeps,
    author: AuthorCode,
    ownId: string,
    enrichments: readonly EnrichmentSet[],
  ) {
    super(facts, deps, author);
    this.enrichment = (namespace, resourceId = "") => {
      const own = resourceId === "" || resourceId === ownId;
      const set = enrichments.find(
        (one) =>
          one.namespace === namespace &&
          (own ? one.resourceId === "" || one.resourceId === ownId : one.resourceId === resourceId),
      );
      return set && parseFacts(set);
    };
  }
}

/** A discovery, with what it may say besides resources. */
export class DiscoverRun extends Run implements DiscoverContext {
  readonly partial: (scope: string, fault: PollFault) => void;
  readonly scopes: (sites: readonly string[]) => void;

  constructor(facts: RunFacts, deps: RunDeps, author: AuthorCode, hears: Pick<DiscoverContext, "partial" | "scopes">) {
    super(facts, deps, author);
    this.partial = hears.partial;
    this.scopes = hears.scopes;
  }
}

function parseFacts(set: EnrichmentSet): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(set.dataJson));
  } catch (error) {
    throw new PollFault("enrichment_failure", `the facts of namespace ${set.namespace} are no JSON`, { cause: error });
  }
}
