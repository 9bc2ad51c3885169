import { runTool, tool } from "./tools.js";
import type { Warden } from "./warden.js";

/** Which way is cut, as the service sees it. */
export type Way = "out" | "in" | "both";

/** Ids that no group of a usual machine has. */
const firstGroup = 54_300;

/** The group of a service, by its number. Its packets are told from those of others by it. */
export function groupOf(number: number): number {
  return firstGroup + number;
}

/** Starts a program in a group of its own. */
export function inGroup(group: number, argv: readonly [string, ...string[]]): [string, ...string[]] {
  return [tool("setpriv"), "--regid", String(group), "--clear-groups", ...argv];
}

/** Drops what a group of processes sends to the broker, or what comes from there, or both: on connections that stand as on new
 *  ones, and without a word to either side. Returns what heals it. */
export function cutFromBroker(group: number, ports: readonly number[], way: Way, warden: Warden): () => void {
  const rules = ports.flatMap((port) => rulesOf(group, port, way));
  const undo = rules.map(([table, chain, ...rest]) => ["-w", "10", "-t", table, "-D", chain, ...rest] as const);
  for (const args of undo) warden.atTheEnd({ kind: "command", argv: [tool("iptables"), ...args] });
  for (const [table, chain, ...rest] of rules) runTool("iptables", ["-w", "10", "-t", table, "-I", chain, ...rest]);
  return () => {
    for (const args of undo.toReversed()) runTool("iptables", args);
  };
}

type Rule = readonly [table: string, chain: string, ...string[]];

function rulesOf(group: number, port: number, way: Way): Rule[] {
  const marked = ["-m", "connmark", "--mark", String(group), "-j", "DROP"];
  const to = ["-o", "lo", "-p", "tcp", "--dport", String(port)];
  const from = ["-i", "lo", "-p", "tcp", "--sport", String(port)];
  const mark = ["-m", "owner", "--gid-owner", String(group), "-j", "CONNMARK", "--set-mark", String(group)];
  // The whole connection is marked: packets of a socket that its owner has closed have no owner any more.
  const rules: Rule[] = [["mangle", "OUTPUT", ...to, ...mark]];
  if (way !== "in") rules.push(["filter", "OUTPUT", ...to, ...marked]);
  if (way !== "out") rules.push(["filter", "INPUT", ...from, ...marked]);
  return rules;
}
