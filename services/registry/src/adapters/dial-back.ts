import { messageOf, OcelliError } from "@ocelli/model";
import { Plugin } from "@ocelli/proto/plugin";
import { connect, createClient, parseListenAddress } from "@ocelli/rpc";
import type { Registration } from "../domain/module-lease.js";

const timeoutMs = 5_000;
const protocolMajors = [1];

/** Dials a module that wants to register and shakes hands with it. Throws `invalid` for an endpoint that is none, and
 *  `precondition` where nobody or somebody else answers there. */
export async function dialBack(registration: Registration, hostVersion: string, signal: AbortSignal): Promise<void> {
  const { endpoint, name, instanceId, bootId } = registration;
  parseListenAddress(endpoint);
  const connection = connect(endpoint);
  try {
    const request = { protocolMajors, hostVersion };
    const answer = await createClient(Plugin, connection).handshake(request, { timeoutMs, signal });
    if (!protocolMajors.includes(answer.protocolMajor)) {
      const theirs = answer.protocolMajors.join(", ") || "none";
      throw refused(`it speaks protocol majors ${theirs}, the registry speaks ${protocolMajors.join(", ")}`);
    }
    if (answer.name !== name) throw refused(`it says there that its name is "${answer.name}", not "${name}"`);
    const another = answer.instanceId !== instanceId || (answer.bootId !== "" && answer.bootId !== bootId);
    if (another) throw refused("another instance or start of it answers there");
  } catch (error) {
    if (error instanceof OcelliError && error.code === "precondition") throw error;
    throw refused(`the registry cannot reach it: ${messageOf(error)}`, error);
  } finally {
    connection.close();
  }

  function refused(why: string, cause?: unknown): OcelliError {
    return new OcelliError("precondition", `module "${name}" at ${endpoint} is refused: ${why}`, { cause });
  }
}
