import { Agent } from "@ocelli/proto/agent";
import { ReportState } from "@ocelli/proto/registry";
import { connect, createClient } from "@ocelli/rpc";
import { pause } from "../nemesis/schedule.js";
import type { World } from "./world.js";

const lookEveryMs = 200;
const timeoutMs = 1_000;

/** Waits until every agent says itself that it can work for every polling plugin. Throws where that is not so in time. */
export async function agentsReady({ agents, endpoints, plugins }: World, withinMs: number, signal: AbortSignal) {
  const connections = agents.map(({ name }) => connect(endpoints.get(name) ?? ""));
  try {
    for (const untilMs = performance.now() + withinMs; performance.now() < untilMs; ) {
      const ready = await Promise.all(connections.map((connection) => isReady(connection, plugins)));
      if (ready.every((one) => one)) return;
      await pause(lookEveryMs, signal);
    }
    throw new Error(`after ${withinMs / 1000} s not every agent works again`);
  } finally {
    for (const connection of connections) connection.close();
  }
}

async function isReady(connection: ReturnType<typeof connect>, plugins: readonly string[]): Promise<boolean> {
  try {
    const { status } = await createClient(Agent, connection).getStatus({}, { timeoutMs });
    return plugins.every((plugin) =>
      status?.reports.some((report) => report.plugin === plugin && report.state === ReportState.READY),
    );
  } catch {
    return false;
  }
}
