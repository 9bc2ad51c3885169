import { editDistance, OcelliError } from "@ocelli/model";
import type { Case } from "./engine/case.js";

/** The cases that `only` names (all where it is empty) without those that `skip` names. A pattern is an id, a group, or either
 *  with `*` for anything. Throws "invalid" with the nearest names where a pattern names none. */
export function selectCases(
  cases: readonly Case[],
  only: readonly string[],
  skip: readonly string[],
  always: string,
): Case[] {
  const matchers = (patterns: readonly string[]) => patterns.map((pattern) => matcher(pattern, cases));
  const wanted = matchers(only);
  const unwanted = matchers(skip);
  return cases.filter(({ id }) => {
    if (id === always) return true;
    return (wanted.length === 0 || wanted.some((matches) => matches(id))) && !unwanted.some((matches) => matches(id));
  });
}

function matcher(pattern: string, cases: readonly Case[]): (id: string) => boolean {
  const escaped = pattern.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*");
  const exact = new RegExp(`^(${escaped}|${escaped.replace(/\/$/, "")}/.*)$`);
  const matches = (id: string): boolean => exact.test(id);
  if (cases.some(({ id }) => matches(id))) return matches;
  const names = [...new Set(cases.flatMap(({ id }) => [id, id.split("/")[0] ?? ""]))];
  const near = names
    .map((name) => ({ name, distance: distanceOf(pattern, name) }))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3);
  const hint = near.map(({ name }) => name).join(", ");
  throw new OcelliError("invalid", `"${pattern}" names no case; near are ${hint} (* stands for anything)`);
}

/** How far a pattern is from a name, or from the half of it that says what it is about. */
function distanceOf(pattern: string, name: string): number {
  const [, half = name] = name.split("/");
  return Math.min(editDistance(pattern, name), editDistance(pattern, half) + 1);
}
