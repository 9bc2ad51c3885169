export interface Address {
  /** Without the brackets of an IPv6 address; undefined where there is none. */
  readonly host: string | undefined;
  readonly port: string | undefined;
}

/** Host and port of an endpoint: a URL, `host:port`, `[v6]:port`, a bare IPv6 address or a host. */
export function addressOf(endpoint: string): Address {
  const [, authority = endpoint] = /^[A-Za-z][A-Za-z0-9+.-]*:\/\/(?:[^/?#]*@)?([^/?#]*)/.exec(endpoint) ?? [];
  const [, bracketed, bracketedPort] = /^\[([^\]]*)\](?::(\d+))?$/.exec(authority) ?? [];
  if (bracketed !== undefined) return { host: bracketed || undefined, port: bracketedPort };
  if (authority.indexOf(":") !== authority.lastIndexOf(":")) return { host: authority, port: undefined };
  const [, host, port] = /^(.*?)(?::(\d+))?$/s.exec(authority) ?? [];
  return { host: host || undefined, port };
}
