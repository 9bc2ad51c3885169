import type { Clock } from "@ocelli/model";
import { ahead, span } from "../display/span.js";
import { Exit, exitCodes } from "../exit-codes.js";
import { askAll, type MeshClient, type SchedulerPeer } from "../mesh.js";
import { pausesOf } from "../views/pauses.js";
import { whyLines } from "../views/plugin-why.js";
import { BrokerTime } from "./broker-time.js";
import type { LivePlugin } from "./live-plugin.js";

/** The broker's clock, by whichever scheduler answers. */
export function brokerTimeOf(mesh: MeshClient, clock: Clock): BrokerTime {
  let peers: readonly SchedulerPeer[] = [];
  const ask = async () => {
    if (peers.length === 0) peers = await mesh.schedulers();
    const { answers, silent } = await askAll(peers, (client) => client.getStatus({}));
    const sure = answers.find(({ answer }) => answer.brokerKnown) ?? answers[0];
    // Those that are gone may be others by now.
    if (silent.length > 0) peers = [];
    if (!sure) throw new Exit(exitCodes.unreachable, silent.map(({ reason }) => reason).join("\n"));
    return { brokerNowMs: Number(sure.answer.brokerNowMs), brokerKnown: sure.answer.brokerKnown };
  };
  return new BrokerTime(ask, clock);
}

/** Refuses resources that the mesh does not have, or that the live plugin does not run against. */
export async function checkResources(
  { registry }: MeshClient,
  live: LivePlugin,
  ids: readonly string[],
): Promise<void> {
  for (const id of ids) {
    const { plugins } = await registry.getResource({ id });
    if (plugins.includes(live.name)) continue;
    const why = `${live.name} does not run against ${id}`;
    throw new Exit(exitCodes.bad, `${why}; "ocelli resources why ${id}" says why`);
  }
}

/** What somebody who waits for the first run wants to know: whether one comes, and when. */
export async function expectation(
  mesh: MeshClient,
  live: LivePlugin,
  resourceIds: readonly string[],
  time: BrokerTime,
): Promise<string> {
  const { name, view } = live;
  const nowMs = time.nowMs() ?? 0;
  if (view.state === "paused") {
    const { reason = "", sinceAtMs = 0 } = (await pausesOf(mesh)).get(name) ?? {};
    const since = sinceAtMs > 0 && nowMs > sinceAtMs ? ` for ${span(nowMs - sinceAtMs)}` : "";
    const why = reason === "" ? "" : ` (${reason})`;
    return `${name} is paused${since}${why}; the shadow waits; it goes on with "ocelli plugins resume ${name}"`;
  }
  if (view.state !== "ready") {
    return [`${name} is ${view.state}; the shadow waits`, ...whyLines(view).map((line) => `  ${line}`)].join("\n");
  }
  const [resourceId = ""] = resourceIds.length === 1 ? resourceIds : [];
  const ask = (client: SchedulerPeer["client"]) => client.listDue({ plugin: name, resourceId, limit: 1 });
  const { answers } = await askAll(await mesh.schedulers(), ask);
  const [next] = answers
    .flatMap(({ answer }) => answer.pairs)
    .toSorted((a, b) => Number(a.nextSlotAtMs - b.nextSlotAtMs));
  if (!next) return `${name} runs against no resource yet; the shadow waits`;
  const on = next.resourceId === "" ? "" : ` on ${next.resourceId}`;
  return `the next live run is due ${ahead(Number(next.nextSlotAtMs), nowMs)}${on}`;
}
