import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { join } from "node:path";

/** Where an installation keeps state. */
const installed = "/var/lib/ocelli";

/** The directory of the spool: the one that is set; else one in the state directory that systemd gave; else one below
 *  /var/lib/ocelli, where an installation made that. Undefined for `off`, and where there is none of these. */
export async function spoolDirectory(
  setting: string,
  environment: Readonly<Record<string, string | undefined>>,
  stateDirectory = installed,
): Promise<string | undefined> {
  if (setting === "off") return undefined;
  if (setting !== "") return setting;
  const [given] = (environment["STATE_DIRECTORY"] ?? "").split(":");
  if (given) return join(given, "spool");
  const mayWrite = await access(stateDirectory, constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  );
  return mayWrite ? join(stateDirectory, "spool") : undefined;
}
