import dgram from "node:dgram";
import * as snmp from "net-snmp";
import { ConnectedSocket } from "./connected-socket.js";
import { type FailureKind, SnmpFailure } from "./failure.js";
import type { Oid } from "./oid.js";
import type { SnmpTarget, SnmpUser } from "./target.js";
import type { SnmpValue, Varbind } from "./value.js";

/** Asks one device, one request at a time or several. */
export interface SnmpRequests {
  /** False on v1, which has no GETBULK: `after` then answers one row. */
  readonly bulk: boolean;
  /** The values of exactly these OIDs. */
  get(oids: readonly Oid[], signal: AbortSignal): Promise<readonly Varbind[]>;
  /** What follows each OID: up to `repetitions` varbinds for each, in the order of `oids`. Lists are short or missing
   *  where the device cut its answer. */
  after(oids: readonly Oid[], repetitions: number, signal: AbortSignal): Promise<readonly (readonly Varbind[])[]>;
}

type Answer = (error: Error | null, varbinds?: readonly (snmp.Varbind | snmp.Varbind[])[]) => void;

/** A socket to one device. Requests fail as SnmpFailure. `address` is the resolved host. */
export class SnmpSession implements SnmpRequests {
  readonly bulk: boolean;
  readonly #session: snmp.Session;
  readonly #what: string;
  #garbled: Error | undefined;
  #closed = false;

  constructor(target: SnmpTarget, address: string, family: 4 | 6) {
    this.bulk = target.credentials.version !== "1";
    this.#what = `${target.host}, UDP port ${target.port}`;
    const options = {
      port: target.port,
      transport: family === 6 ? ("udp6" as const) : ("udp4" as const),
      timeout: target.timeoutMs,
      retries: target.retries,
      dgramModule: target.anySource
        ? dgram
        : { createSocket: (type: dgram.SocketType) => new ConnectedSocket(type, (error) => this.#giveUp(error)) },
    };
    const { credentials } = target;
    this.#session =
      credentials.version === "3"
        ? snmp.createV3Session(address, libraryUser(credentials.user), {
            ...options,
            version: snmp.Version3,
            context: credentials.user.context,
          })
        : snmp.createSession(address, credentials.community, {
            ...options,
            version: credentials.version === "1" ? snmp.Version1 : snmp.Version2c,
          });
    // A datagram that is no SNMP comes as this event, which would end the process if nobody listened.
    this.#session.on("error", (error) => {
      this.#garbled = error;
    });
  }

  get(oids: readonly Oid[], signal: AbortSignal): Promise<readonly Varbind[]> {
    return this.#ask(signal, (answer) => this.#session.get([...oids], answer)).then((lists) => lists.flat());
  }

  after(oids: readonly Oid[], repetitions: number, signal: AbortSignal): Promise<readonly (readonly Varbind[])[]> {
    return this.#ask(signal, (answer) => {
      if (this.bulk) this.#session.getBulk([...oids], 0, repetitions, answer);
      else this.#session.getNext([...oids], answer);
    });
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#session.close();
  }

  /** The library drops errors that its socket raises by itself, so they are handed to whoever waits. */
  #giveUp(error: Error): void {
    this.#session.cancelRequests(error);
  }

  #ask(signal: AbortSignal, send: (answer: Answer) => void): Promise<Varbind[][]> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(this.#stopped(signal));
      const onAbort = (): void => reject(this.#stopped(signal));
      signal.addEventListener("abort", onAbort, { once: true });
      this.#garbled = undefined;
      send((error, varbinds) => {
        signal.removeEventListener("abort", onAbort);
        if (error) reject(this.#failure(error));
        else resolve((varbinds ?? []).map((found) => (Array.isArray(found) ? found : [found]).map(varbindOf)));
      });
    });
  }

  #stopped(signal: AbortSignal): SnmpFailure {
    return new SnmpFailure("stopped", `stopped while waiting for ${this.#what}`, { cause: signal.reason });
  }

  #failure(error: Error): SnmpFailure {
    // Its class is exported and not declared.
    if (error.name === "RequestTimedOutError") {
      const garbled = this.#garbled;
      return garbled
        ? new SnmpFailure("garbled", `${this.#what} answers what is no SNMP: ${garbled.message}`, { cause: garbled })
        : new SnmpFailure("timeout", `no answer from ${this.#what}`, { cause: error });
    }
    if (error instanceof snmp.RequestFailedError) return statusFailure(error, this.#what);
    if (error instanceof snmp.ResponseInvalidError) {
      // The library's enum says numbers; the declarations lag behind its names.
      const isSecurity = ["EAuthFailure", "ECouldNotDecrypt"].includes(
        snmp.ResponseInvalidCode[Number(error.code)] ?? "",
      );
      return isSecurity
        ? new SnmpFailure("authentication", `${this.#what} refused the SNMP v3 user: ${usmText(error)}`, {
            cause: error,
          })
        : new SnmpFailure("garbled", `${this.#what} answered wrongly: ${error.message}`, { cause: error });
    }
    const code = "code" in error ? String(error.code) : "";
    return new SnmpFailure("network", `${this.#what} cannot be reached${code ? ` (${code})` : ""}`, { cause: error });
  }
}

/** The library's message of a wrong digest holds both digests, which is of no use to anybody. */
function usmText(error: Error): string {
  return error.message.startsWith("Authentication digest") ? "its answer has a wrong digest" : error.message;
}

function statusFailure(error: snmp.RequestFailedError, what: string): SnmpFailure {
  const oid = /: \.?([\d.]+)$/.exec(error.message)?.[1];
  return new SnmpFailure(kindByStatus[Number(error.status)] ?? "refused", `${what} answered ${error.message}`, {
    oid,
    cause: error,
  });
}

/** A v3 user whose security level is too low is told so with an error status, and not with a report. */
const kindByStatus: Readonly<Record<number, FailureKind>> = {
  [snmp.ErrorStatus.TooBig]: "too_big",
  [snmp.ErrorStatus.NoSuchName]: "no_such_name",
  [snmp.ErrorStatus.AuthorizationError]: "authentication",
};

function libraryUser(user: SnmpUser): snmp.User {
  const { name, level } = user;
  const auth = { authProtocol: snmp.AuthProtocols[user.authProtocol], authKey: user.authKey };
  const priv = { privProtocol: snmp.PrivProtocols[user.privProtocol], privKey: user.privKey };
  const base = { name, level: snmp.SecurityLevel[level] };
  switch (level) {
    case "noAuthNoPriv":
      return base;
    case "authNoPriv":
      return { ...base, ...auth };
    case "authPriv":
      return { ...base, ...auth, ...priv };
  }
}

function varbindOf({ oid, type, value }: snmp.Varbind): Varbind {
  return { oid, value: type === snmp.ObjectType.EndOfMibView ? { kind: "end" } : valueFrom(value, type) };
}

function valueFrom(value: unknown, type: snmp.ObjectType | undefined): SnmpValue {
  if (typeof value === "number" && Number.isInteger(value)) return { kind: "number", number: BigInt(value) };
  if (typeof value === "string") return { kind: "oid", oid: value };
  if (!(value instanceof Uint8Array)) return { kind: "nothing" };
  if (type !== snmp.ObjectType.Counter64) return { kind: "octets", octets: value };
  return { kind: "number", number: BigInt(`0x${Buffer.from(value).toString("hex") || "0"}`) };
}
