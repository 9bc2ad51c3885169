import { readFile } from "node:fs/promises";
import {
  absolutePath,
  type Group,
  gauge,
  type MetricValue,
  PollFault,
  type Resource,
  type ResourceContext,
} from "@ocelli/plugin-sdk";
import { addressOf, publicText } from "./address.js";
import { type Checked, type CheckOptions, check, type Facts } from "./check.js";
import type { HttpSettings } from "./settings.js";

/** Left of the run's time to report, in ms. */
const reportMs = 300;
const dayMs = 86_400_000;

/** Checks the address of a resource once. Whatever was learnt is reported, also where the check failed. */
export async function poll(resource: Resource, ctx: ResourceContext<HttpSettings>): Promise<Group[]> {
  const { http } = ctx.settings;
  const address = addressOf(resource.endpoint, http);
  if (address.kind === "none") throw new PollFault("internal", address.reason, { retry: "never", origin: "target" });
  const { url } = address;
  const options = await optionsOf(url, ctx.settings);
  const timeoutMs = Math.max(50, Math.min(http.timeout_s * 1000, ctx.deadlineAtMs - performance.now() - reportMs));
  const { facts, fault } = await checkWithin(url, options, timeoutMs, ctx.signal);
  if (fault) ctx.fault(fault);
  return [{ name: "http", dimensions: { url: publicText(url) }, metrics: metricsOf(facts, fault, Date.now()) }];
}

async function checkWithin(url: URL, options: CheckOptions, timeoutMs: number, signal: AbortSignal): Promise<Checked> {
  const message = `no whole answer from ${publicText(url)} within ${timeoutMs / 1000} s`;
  const timeout = new PollFault("timeout", message);
  const stop = new AbortController();
  const onAbort = (): void => stop.abort(signal.reason);
  const timer = setTimeout(() => stop.abort(timeout), timeoutMs);
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    if (signal.aborted) onAbort();
    return await check(url, options, stop.signal);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", onAbort);
  }
}

async function optionsOf(url: URL, { http, headers, ocelli }: HttpSettings): Promise<CheckOptions> {
  const ca =
    http.ca_file === undefined ? undefined : await readFile(absolutePath(http.ca_file, ocelli?.directory), "utf8");
  const given = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value.reveal()]);
  const basic = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  return {
    method: http.method,
    headers: {
      "user-agent": "ocelli-http",
      accept: "*/*",
      "accept-encoding": "identity",
      ...(basic === ":" ? {} : { authorization: `Basic ${Buffer.from(basic).toString("base64")}` }),
      ...(Object.fromEntries(given) as Record<string, string>),
    },
    maxBodyBytes: http.max_body_bytes,
    maxRedirects: http.max_redirects,
    expectedStatus: http.expected_status,
    bodyMatch: http.body_match,
    tlsVerify: http.tls_verify,
    ca,
  };
}

function metricsOf(facts: Facts, fault: PollFault | undefined, nowMs: number): Record<string, MetricValue> {
  const { certificate } = facts;
  const known: Record<string, number | undefined> = {
    up: fault ? 0 : 1,
    status_code: facts.status,
    status_expected: numberOf(facts.isExpectedStatus),
    body_matched: numberOf(facts.isBodyMatched),
    body_bytes: facts.bodyBytes,
    body_truncated: numberOf(facts.isBodyTruncated),
    redirects: facts.redirects,
    dns_seconds: seconds(facts.dnsMs),
    connect_seconds: seconds(facts.connectMs),
    tls_seconds: seconds(facts.tlsMs),
    first_byte_seconds: seconds(facts.firstByteMs),
    transfer_seconds: seconds(facts.transferMs),
    total_seconds: seconds(facts.totalMs),
    certificate_trusted: certificate && numberOf(certificate.problem === undefined),
    certificate_not_after_seconds: seconds(certificate?.notAfterAtMs),
    certificate_valid_days:
      certificate?.notAfterAtMs === undefined ? undefined : (certificate.notAfterAtMs - nowMs) / dayMs,
  };
  const metrics: Record<string, MetricValue> = {};
  for (const [name, value] of Object.entries(known)) if (value !== undefined) metrics[name] = gauge(value);
  return metrics;
}

function seconds(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : ms / 1000;
}

function numberOf(flag: boolean | undefined): number | undefined {
  return flag === undefined ? undefined : Number(flag);
}
