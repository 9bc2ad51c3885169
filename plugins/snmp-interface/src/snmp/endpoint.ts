/** Where a device listens. */
export interface Endpoint {
  /** A name or an address; IPv6 without brackets. */
  readonly host: string;
  readonly port: number | undefined;
}

/** Reads `host`, `host:port`, `v6` and `[v6]:port`, each with or without `snmp://` or `udp://` before it. */
export function parseEndpoint(text: string): Endpoint | { readonly problem: string } {
  const rest = text.trim().replace(/^(snmp|udp):\/\//i, "");
  const bracketed = /^\[([^\]]+)\](?::(\d+))?$/.exec(rest);
  const plain = /^([^:[\]\s/]+)(?::(\d+))?$/.exec(rest);
  const [, host, port] =
    bracketed ?? plain ?? (/^[0-9a-f:.]*:[0-9a-f:.]*:[0-9a-f:.%\w]*$/i.test(rest) ? ["", rest] : []);
  if (host === undefined) return { problem: `endpoint "${text}" is not host, host:port or [v6]:port` };
  if (port === undefined) return { host, port: undefined };
  const number = parsePort(port);
  return number === undefined ? { problem: `endpoint "${text}" has no port from 1 to 65535` } : { host, port: number };
}

export function parsePort(text: string): number | undefined {
  const port = /^\d{1,5}$/.test(text.trim()) ? Number(text) : 0;
  return port >= 1 && port <= 65_535 ? port : undefined;
}
