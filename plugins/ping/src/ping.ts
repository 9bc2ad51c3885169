import {
  type Group,
  gauge,
  type MetricValue,
  PollFault,
  type Resource,
  type ResourceContext,
} from "@ocelli/plugin-sdk";
import { findFping, runFping } from "./fping.js";
import { type PingPlan, type PingSettings, planOf } from "./settings.js";
import { type Probes, statisticsOf } from "./statistics.js";
import { type Target, targetOf } from "./target.js";
import { pingTcp, usualPorts } from "./tcp-ping.js";

/** Left of the run's time to report, in ms. */
const reportMs = 500;
const pingFailure = 7;

type Pinged = { readonly method: "icmp" | "tcp"; readonly probes: Probes };

/** Pings a resource once. Where nothing answers, the statistics say so and the status is 7. */
export async function ping(resource: Resource, ctx: ResourceContext<PingSettings>): Promise<Group[]> {
  const target = targetOf(resource.endpoint);
  if (target.kind === "none") throw new PollFault("internal", target.reason, { retry: "never", origin: "target" });
  const plan = planOf(ctx.settings, ctx.deadlineAtMs - performance.now() - reportMs);
  const pinged = await pingBy(target, resource, plan, ctx);
  const statistics = statisticsOf(pinged.probes);
  const isDead = statistics.packet_loss_percent === 100;
  if (isDead) {
    const by = pinged.method === "icmp" ? "ICMP" : `TCP port ${portsOf(target, resource, ctx.settings).join(", ")}`;
    const message = `${target.host} answered none of ${plan.count} probes by ${by} within ${plan.timeoutMs / 1000} s`;
    ctx.fault(new PollFault("ping_failure", message));
  }
  const metrics: Record<string, MetricValue> = { ping_status: gauge(isDead ? pingFailure : 0) };
  for (const [name, value] of Object.entries(statistics)) metrics[name] = gauge(value as number);
  return [{ name: "ping", dimensions: { ping_method: pinged.method }, metrics }];
}

async function pingBy(
  target: Extract<Target, { kind: "host" }>,
  resource: Resource,
  plan: PingPlan,
  { settings, signal, log }: ResourceContext<PingSettings>,
): Promise<Pinged> {
  const { method } = settings.ping;
  const program = method === "tcp" ? undefined : await findFping(process.env["PATH"] ?? "");
  if (program !== undefined) {
    const outcome = await runFping(program, target.host, plan, signal);
    if (outcome.kind === "probes") return { method: "icmp", probes: outcome.probes };
    if (outcome.kind === "unknown_host") throw new PollFault("network", outcome.reason);
    if (method === "fping") throw new PollFault("internal", `fping does not work here: ${outcome.reason}`);
    log.debug({ reason: outcome.reason }, "fping does not work here, TCP instead");
  } else if (method === "fping") throw new PollFault("internal", "fping is not installed");
  const outcome = await pingTcp(target.host, portsOf(target, resource, settings), plan, signal);
  if (outcome.kind === "unknown_host") throw new PollFault("network", outcome.reason);
  if (outcome.kind === "unusable") throw new PollFault("internal", `cannot connect from here: ${outcome.reason}`);
  return { method: "tcp", probes: outcome.probes };
}

/** The settings' port, the resource's `ping_port`, the endpoint's own, or the usual ones. */
function portsOf(
  target: Extract<Target, { kind: "host" }>,
  resource: Resource,
  settings: PingSettings,
): readonly number[] {
  if (settings.ping.tcp_port !== undefined) return [settings.ping.tcp_port];
  const named = Number(resource.metadata["ping_port"]);
  if (Number.isInteger(named) && named >= 1 && named <= 65_535) return [named];
  return target.port === undefined ? usualPorts : [target.port];
}
