import { chmod, mkdir, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { cliMain, root } from "./paths.js";

/** The environment of somebody who installed Ocelli: the built command on the PATH, and nothing of the test's own. */
export async function userEnvironment(folder: string): Promise<Record<string, string>> {
  const bin = join(folder, "bin");
  await mkdir(bin, { recursive: true });
  await writeFile(join(bin, "ocelli"), `#!/bin/sh\nexec "${process.execPath}" "${cliMain}" "$@"\n`);
  await chmod(join(bin, "ocelli"), 0o755);
  const { PATH = "", HOME = "", LANG = "C.UTF-8", OCELLI_TEST_NATS_SERVER: nats } = process.env;
  const kept = [
    "GOPROXY",
    "GOFLAGS",
    "GOCACHE",
    "GOMODCACHE",
    "PIP_INDEX_URL",
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "NO_PROXY",
  ];
  const proxies = kept.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]]));
  return {
    ...Object.fromEntries(proxies),
    PATH: [bin, PATH].join(delimiter),
    ...{ HOME, LANG, NO_COLOR: "1" },
    OCELLI_HOME: root("").replace(/\/$/, ""),
    ...(nats === undefined ? {} : { OCELLI_NATS_SERVER: nats }),
  };
}
