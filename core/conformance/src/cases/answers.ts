import { Broken, must } from "../engine/verdict.js";
import type { ItemCall, ItemOutcome } from "../work/item-call.js";

/** The call itself has to end well; its items may fail. */
export function mustEndWell(call: ItemCall): void {
  if (call.error !== undefined) throw call.error;
}

/** The answer to one item of a call that has to have ended well. */
export function outcomeOf(call: ItemCall, item: number): ItemOutcome {
  mustEndWell(call);
  const outcome = call.outcomes.get(item);
  if (!outcome) throw new Broken(`item ${item} got no answer`, "every item is answered");
  return outcome;
}

/** A number that a probe measured. */
export function metricOf(outcome: ItemOutcome, name: string): number {
  if (outcome.fault) throw new Broken(`item ${outcome.item} failed: ${outcome.fault.message}`, "it succeeds");
  const metric = outcome.groups[0]?.metrics.find((one) => one.name === name);
  if (metric?.value.case === undefined) throw new Broken(`there is no metric ${name} in its first group`);
  return Number(metric.value.value);
}

/** What a probe found in one item: its metric `value`, or the same of its facts. */
export function foundValue(outcome: ItemOutcome): number {
  const [set] = outcome.sets;
  if (!set) return metricOf(outcome, "value");
  const facts: unknown = JSON.parse(new TextDecoder().decode(set.dataJson));
  const value = typeof facts === "object" && facts !== null && "value" in facts ? facts.value : undefined;
  return typeof value === "number" ? value : Number.NaN;
}

/** One item's answers have to be as good as they come: no fault. */
export function mustSucceed(outcome: ItemOutcome): void {
  must(outcome.fault === undefined, `item ${outcome.item} failed: ${outcome.fault?.message}`, "it succeeds");
}

/** A sentence cut to what fits a report. */
export function short(text: string): string {
  return text.length > 160 ? `${text.slice(0, 160)}…` : text;
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
