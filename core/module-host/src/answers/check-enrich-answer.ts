import { enrichmentSetFromProto, faultFromProto } from "@ocelli/codec";
import { type EnrichAnswer, holdsJsonObject, resourceIdMaxBytes, utf8Length } from "@ocelli/model";
import type { EnrichAnswer as ProtoEnrichAnswer } from "@ocelli/proto/plugin";
import type { EnrichmentSet } from "@ocelli/proto/resource";
import { type Checked, refused, stateProblem } from "./checked.js";
import { quoted } from "./names.js";

/** Looks at the answer to one enrichment. It is taken or refused as a whole. */
export function checkEnrichAnswer(answer: ProtoEnrichAnswer): Checked<Omit<EnrichAnswer, "item">> {
  const problem = stateProblem(answer);
  if (problem !== undefined) return refused(problem);
  const seen = new Set<string>();
  for (const set of answer.sets) {
    const problem = setProblem(set, seen);
    if (problem !== undefined) return refused(problem);
  }
  return {
    kind: "good",
    value: {
      sets: answer.sets.map(enrichmentSetFromProto),
      fault: answer.fault && faultFromProto(answer.fault),
      state: answer.setState ? answer.state : undefined,
      last: true,
    },
  };
}

function setProblem(set: EnrichmentSet, seen: Set<string>): string | undefined {
  if (set.namespace === "") return "an enrichment has no namespace";
  const where = `enrichment ${quoted(set.namespace)}`;
  if (set.ttlS === 0) return `${where} holds for 0 seconds: its ttl_s is missing`;
  const idBytes = utf8Length(set.resourceId);
  if (idBytes > resourceIdMaxBytes) return `${where} is for a resource id of ${idBytes} bytes`;
  const key = JSON.stringify([set.namespace, set.resourceId]);
  if (seen.has(key)) return `${where} comes twice for one resource`;
  seen.add(key);
  return holdsJsonObject(set.dataJson) ? undefined : `the data of ${where} is not a JSON object`;
}
