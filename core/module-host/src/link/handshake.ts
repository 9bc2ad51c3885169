import type { ModuleLimits } from "@ocelli/model";
import { protocolMajor } from "@ocelli/model";
import type { HandshakeResponse, Plugin } from "@ocelli/proto/plugin";
import type { CallOptions, Client } from "@ocelli/rpc";
import { agreedLimits } from "./limits.js";

/** Who a module says it is. */
export interface ModuleIdentity {
  readonly name: string;
  readonly version: string;
  readonly instanceId: string;
  readonly bootId: string;
  /** Such as "ocelli-ts/0.1.0", or empty. */
  readonly sdk: string;
  readonly language: string;
  readonly capabilities: readonly string[];
}

export type HandshakeOutcome =
  | {
      readonly kind: "agreed";
      readonly identity: ModuleIdentity;
      readonly limits: ModuleLimits;
      /** Digest of what Describe would answer; empty where the module does not say. */
      readonly describeDigest: string;
    }
  /** "version": it speaks other versions, and the reason says who has to be upgraded. */
  | { readonly kind: "mismatch"; readonly at: "version" | "handshake"; readonly reason: string };

export interface HandshakeOffer {
  readonly hostVersion: string;
  readonly limits: ModuleLimits;
  /** Names the launch of a child; empty for a stand-alone module. */
  readonly launchId: string;
}

/** Protocol majors this host speaks. */
export const hostMajors: readonly number[] = [protocolMajor];

/** Asks a module who it is. Throws OcelliError where it does not answer. */
export async function handshake(
  client: Client<typeof Plugin>,
  offer: HandshakeOffer,
  options: CallOptions,
): Promise<HandshakeOutcome> {
  const { hostVersion, limits, launchId } = offer;
  const request = { protocolMajors: [...hostMajors], hostVersion, limits: { ...limits }, launchId };
  return readHandshake(await client.handshake(request, options), limits);
}

/** What a module's answer comes to. */
export function readHandshake(
  response: HandshakeResponse,
  limits: ModuleLimits,
  majors: readonly number[] = hostMajors,
): HandshakeOutcome {
  const { name, version, instanceId, bootId, sdk, language, capabilities, describeDigest } = response;
  if (!majors.includes(response.protocolMajor)) return mismatch(response, majors);
  if (name === "")
    return { kind: "mismatch", at: "handshake", reason: "the module did not say its name in the handshake" };
  return {
    kind: "agreed",
    identity: { name, version, instanceId, bootId, sdk, language, capabilities },
    limits: agreedLimits(limits, response.limits),
    describeDigest,
  };
}

function mismatch(response: HandshakeResponse, majors: readonly number[]): HandshakeOutcome {
  const chosen = response.protocolMajor === 0 ? [] : [response.protocolMajor];
  const theirs = response.protocolMajors.length > 0 ? response.protocolMajors : chosen;
  const name = [response.name || "the module", response.version].filter((part) => part !== "").join(" ");
  const ours = `this Ocelli speaks ${range(majors)}`;
  if (theirs.length === 0) {
    const reason = `${name} speaks none of the protocol versions it was offered, and ${ours}`;
    return { kind: "mismatch", at: "handshake", reason };
  }
  const advice =
    Math.min(...theirs) > Math.max(...majors)
      ? "upgrade Ocelli"
      : Math.max(...theirs) < Math.min(...majors)
        ? "upgrade the module"
        : "upgrade the module, which did not choose a version that both speak";
  const reason = `${name} speaks protocol version ${range(theirs)}, and ${ours}: ${advice}`;
  return { kind: "mismatch", at: "version", reason };
}

function range(majors: readonly number[]): string {
  const low = Math.min(...majors);
  const high = Math.max(...majors);
  return low === high ? String(low) : `${low} to ${high}`;
}
