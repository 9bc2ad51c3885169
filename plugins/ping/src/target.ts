/** What of an endpoint can be pinged. */
export type Target =
  | { readonly kind: "host"; readonly host: string; readonly port: number | undefined }
  | { readonly kind: "none"; readonly reason: string };

/** The host of an endpoint: a host, host:port, an IPv6 address with or without brackets, or a URL. */
export function targetOf(endpoint: string): Target {
  const url = endpoint.match(/^[a-z][a-z0-9+.-]*:\/\//i) ? parseUrl(endpoint) : undefined;
  if (url === null) return { kind: "none", reason: `the endpoint ${JSON.stringify(endpoint)} is no URL` };
  if (url) return hostOf(url.hostname.replace(/^\[|\]$/g, ""), portOf(url), endpoint);
  const bracketed = endpoint.match(/^\[([^\]]+)\](?::(\d{1,5}))?$/);
  if (bracketed) return hostOf(bracketed[1] ?? "", numberOf(bracketed[2]), endpoint);
  const colons = endpoint.split(":").length - 1;
  if (colons !== 1) return hostOf(endpoint, undefined, endpoint);
  const [host = "", port] = endpoint.split(":");
  return hostOf(host, numberOf(port), endpoint);
}

function hostOf(host: string, port: number | undefined, endpoint: string): Target {
  // Letters of any script, digits, dots, colons of IPv6 with its zone, and no hyphen first: it would be an option of a program.
  if (!/^[\p{L}\p{N}_][\p{L}\p{N}._-]*$/u.test(host) && !/^[0-9a-f:.]*:[0-9a-f:.]*(%[\w.-]+)?$/i.test(host)) {
    return { kind: "none", reason: `the endpoint ${JSON.stringify(endpoint)} names no host` };
  }
  if (port !== undefined && !(port >= 1 && port <= 65_535)) {
    return { kind: "none", reason: `the endpoint ${JSON.stringify(endpoint)} has no port between 1 and 65535` };
  }
  return { kind: "host", host, port };
}

function parseUrl(text: string): URL | null {
  return URL.canParse(text) ? new URL(text) : null;
}

function portOf(url: URL): number | undefined {
  if (url.port !== "") return Number(url.port);
  return { "http:": 80, "https:": 443, "ssh:": 22 }[url.protocol];
}

function numberOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(/^\d+$/.test(text) ? text : Number.NaN);
}
