import { connect } from "node:net";

/** What a server says of itself before anybody has said a word: the INFO line of its protocol. */
export interface ServerInfo {
  readonly serverName: string;
  readonly version: string;
}

/** Connects and reads the INFO line. `undefined` when nobody answers within the time, or it is no nats-server. */
export function readInfo(host: string, port: number, timeoutMs: number): Promise<ServerInfo | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, noDelay: true });
    let text = "";
    const settle = (info: ServerInfo | undefined): void => {
      socket.destroy();
      resolve(info);
    };
    socket.setTimeout(timeoutMs, () => settle(undefined));
    socket.setEncoding("utf8");
    socket.on("error", () => settle(undefined));
    socket.on("close", () => settle(undefined));
    socket.on("data", (chunk: string) => {
      text += chunk;
      const end = text.indexOf("\r\n");
      if (end >= 0) settle(infoIn(text.slice(0, end)));
      else if (text.length > 64 * 1024) settle(undefined);
    });
  });
}

/** Reads `INFO {…}`. */
function infoIn(line: string): ServerInfo | undefined {
  if (!line.startsWith("INFO ")) return undefined;
  try {
    const said: unknown = JSON.parse(line.slice(5));
    if (typeof said !== "object" || said === null) return undefined;
    const { server_name: serverName, version } = said as { server_name?: unknown; version?: unknown };
    return typeof serverName === "string" && typeof version === "string" ? { serverName, version } : undefined;
  } catch {
    return undefined;
  }
}
