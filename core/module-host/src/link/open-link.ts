import { type Clock, type ModuleLimits, moduleTokenKey } from "@ocelli/model";
import { Plugin } from "@ocelli/proto/plugin";
import { type CallOptions, type Connection, createClient } from "@ocelli/rpc";
import type { DescriptionCache } from "./describe.js";
import { type HandshakeOffer, handshake } from "./handshake.js";
import { type LinkEvents, ModuleLink } from "./module-link.js";
import type { SettingsShelf } from "./settings-shelf.js";

/** What every link of a host shares. */
export interface LinkHost {
  readonly clock: Clock;
  readonly hostVersion: string;
  readonly limits: ModuleLimits;
  readonly descriptions: DescriptionCache;
}

export interface LinkPlace {
  readonly connection: Connection;
  /** The launch token of a child; undefined for a stand-alone module. */
  readonly token: string | undefined;
  readonly launchId: string;
  readonly shelf: SettingsShelf;
  readonly events: LinkEvents;
  lossReason(): Promise<string | undefined>;
}

export type LinkOutcome =
  | { readonly kind: "open"; readonly link: ModuleLink }
  /** The module answered, but cannot be used. */
  | { readonly kind: "refused"; readonly at: LinkStep; readonly reason: string };

/** The two questions of a bring-up. "version": both sides answer, and speak no version of the protocol in common. */
export type LinkStep = "handshake" | "version" | "describe";

/** Shakes hands with a module that is dialled already and asks what it offers. Throws OcelliError where it does not answer. */
export async function openLink(host: LinkHost, place: LinkPlace, options: CallOptions): Promise<LinkOutcome> {
  const metadata = place.token === undefined ? {} : { [moduleTokenKey]: place.token };
  const client = createClient(Plugin, place.connection);
  const offer: HandshakeOffer = { hostVersion: host.hostVersion, limits: host.limits, launchId: place.launchId };
  const agreed = await handshake(client, offer, { ...options, metadata });
  if (agreed.kind === "mismatch") return { kind: "refused", at: agreed.at, reason: agreed.reason };
  const { identity, limits } = agreed;
  const described = await host.descriptions.get(`${identity.name} ${identity.version}`, agreed.describeDigest, () =>
    client.describe({}, { ...options, metadata }),
  );
  if (described.kind === "bad") {
    return {
      kind: "refused",
      at: "describe",
      reason: `${identity.name} ${identity.version} cannot be used: ${described.reason}`,
    };
  }
  const { description } = described;
  const link = new ModuleLink(
    { identity, description, limits, connection: place.connection, metadata },
    {
      clock: host.clock,
      shelf: place.shelf,
      events: place.events,
      lossReason: place.lossReason,
      ping: async (pingOptions) => void (await handshake(client, offer, pingOptions)),
    },
  );
  return { kind: "open", link };
}
