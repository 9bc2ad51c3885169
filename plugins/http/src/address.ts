import type { HttpSettings } from "./settings.js";

export type Address = { readonly kind: "url"; readonly url: URL } | { readonly kind: "none"; readonly reason: string };

/** The address to ask: the settings' url, else the endpoint, which may be a URL, host:port or a host. */
export function addressOf(endpoint: string, { url, scheme, port, path }: HttpSettings["http"]): Address {
  if (url !== undefined) return { kind: "url", url: new URL(url) };
  const text = /^[a-z][a-z0-9+.-]*:\/\//i.test(endpoint) ? endpoint : withScheme(endpoint, scheme, port);
  const found = URL.canParse(text) ? new URL(text) : undefined;
  if (!found || (found.protocol !== "http:" && found.protocol !== "https:")) {
    return { kind: "none", reason: `the endpoint ${JSON.stringify(endpoint)} is no web address` };
  }
  if (port !== undefined) found.port = String(port);
  if (path !== undefined) {
    const at = path.indexOf("?");
    found.pathname = at === -1 ? path : path.slice(0, at);
    found.search = at === -1 ? "" : path.slice(at);
  }
  return { kind: "url", url: found };
}

/** For people and series: without credentials, and without a query, which may hold some. */
export function publicText(url: URL): string {
  return `${url.origin}${url.pathname}`;
}

function withScheme(endpoint: string, scheme: string | undefined, port: number | undefined): string {
  const host = endpoint.split(":").length > 2 && !endpoint.startsWith("[") ? `[${endpoint}]` : endpoint;
  const ownPort = Number(host.match(/:(\d+)$/)?.[1]);
  return `${scheme ?? ((port ?? ownPort) === 443 ? "https" : "http")}://${host}`;
}
