import type { Plan } from "./plan.js";
import { type Facts, fill } from "./template/fill.js";

/** What programs get of our own environment, as modules do of their host's. */
const passedOn = ["PATH", "HOME", "LANG", "TZ"] as const;

/** The few variables that are passed on, and what the plugin file says. */
export function environmentOf(plan: Plan, facts: Facts): { variables: Record<string, string>; refused: string[] } {
  const variables: Record<string, string> = {};
  const refused: string[] = [];
  for (const name of passedOn) {
    const value = process.env[name];
    if (value !== undefined) variables[name] = value;
  }
  for (const [name, template] of plan.environment) {
    const filled = fill(template, facts);
    if (filled.kind === "filled") variables[name] = filled.text;
    else refused.push(filled.why);
  }
  return { variables, refused };
}
