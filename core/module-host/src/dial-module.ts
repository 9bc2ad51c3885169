import { linkSignals, messageOf } from "@ocelli/model";
import { connect, statusOf } from "@ocelli/rpc";
import type { LinkEvents, ModuleLink } from "./link/module-link.js";
import { type LinkHost, openLink } from "./link/open-link.js";
import type { SettingsShelf } from "./link/settings-shelf.js";

export interface ModuleDial {
  /** host:port. */
  readonly endpoint: string;
  /** The name it registered with: whoever answers with another is refused. */
  readonly name: string;
  readonly host: LinkHost;
  readonly shelf: SettingsShelf;
  readonly events?: LinkEvents;
  /** How long it may take to shake hands; 5 s where it is not said. */
  readonly timeoutMs?: number;
}

/** A stand-alone module that shook hands. Ends when a call finds it gone: dial again then. */
export interface DialledModule {
  readonly link: ModuleLink;
  /** Resolves with why it cannot be used any more. */
  readonly ended: Promise<string>;
  close(): void;
}

export type DialledOutcome =
  | { readonly kind: "up"; readonly module: DialledModule }
  | { readonly kind: "failed"; readonly reason: string };

/** Dials a module that runs by itself and shakes hands with it. */
export async function dialModule(dial: ModuleDial, signal: AbortSignal): Promise<DialledOutcome> {
  const { endpoint, name, host, shelf, events = {}, timeoutMs = 5_000 } = dial;
  const connection = connect(endpoint, { messageBytes: host.limits.messageBytes });
  let end = (_why: string): void => {};
  const ended = new Promise<string>((resolve) => (end = resolve));
  const watched: LinkEvents = {
    ...events,
    onLost: (sentence) => {
      end(sentence);
      events.onLost?.(sentence);
    },
  };
  const fail = (why: string): DialledOutcome => {
    connection.close();
    return { kind: "failed", reason: `${name} at ${endpoint} ${why}` };
  };
  using trying = linkSignals(signal);
  try {
    await connection.ready(timeoutMs);
    const place = {
      connection,
      token: undefined,
      launchId: "",
      shelf,
      events: watched,
      lossReason: async () => undefined,
    };
    const outcome = await openLink(host, place, { timeoutMs, signal: trying.signal });
    if (outcome.kind === "refused") return fail(`cannot be used: ${outcome.reason}`);
    const { link } = outcome;
    if (link.identity.name !== name) return fail(`is ${link.title}, and not the module that registered`);
    const close = (): void => {
      connection.close();
      end(`the connection to ${name} at ${endpoint} was closed`);
    };
    return { kind: "up", module: { link, ended, close } };
  } catch (error) {
    const { code } = statusOf(error);
    if (code === "timeout" || code === "unavailable") return fail("does not answer");
    return fail(`refused the handshake: ${messageOf(error)}`);
  }
}
