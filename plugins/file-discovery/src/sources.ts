import { fetchText } from "./fetch-text.js";
import { absolutePath, findFiles } from "./find-files.js";
import type { Missing, Source } from "./look-up.js";
import { readSourceFile, type Unread } from "./read-file.js";
import type { FileDiscoverySettings } from "./settings.js";

/** The texts that the settings name, files before the address, and the paths that mean no file. */
export async function sourcesOf({
  source,
  ocelli,
}: FileDiscoverySettings): Promise<{ readonly sources: readonly Source[]; readonly missing: readonly Missing[] }> {
  const files: string[] = [];
  const missing: Missing[] = [];
  for (const path of source.path ?? []) {
    const absolute = absolutePath(path, ocelli?.directory);
    const found = absolute === undefined ? undefined : await findFiles(absolute);
    if (found === undefined) missing.push({ name: path, reason: "the path has to be absolute here" });
    else if (found.kind === "nothing") missing.push({ name: absolute ?? path, reason: found.reason });
    else files.push(...found.files);
  }
  const sources: Source[] = [...new Set(files)].map((name) => ({
    name,
    read: (signal) => readSourceFile(name, source.max_bytes, signal),
  }));
  if (source.url !== undefined) sources.push(addressSource(source.url, source, ocelli?.directory));
  return { sources, missing };
}

function addressSource(
  address: string,
  source: FileDiscoverySettings["source"],
  directory: string | undefined,
): Source {
  const url = new URL(address);
  const token = source.bearer_token?.reveal();
  const authorization = token === undefined ? source.authorization?.reveal() : `Bearer ${token}`;
  return {
    name: `${url.origin}${url.pathname}`,
    read: async (signal) => {
      const ca = await authorities(source.ca_file, directory, source.max_bytes, signal);
      if (ca.kind === "unread") return { ...ca, reason: `ca_file ${source.ca_file}: ${ca.reason}` };
      const { timeout_s, max_bytes, tls_verify } = source;
      const options = {
        timeoutMs: timeout_s * 1000,
        maxBytes: max_bytes,
        authorization,
        tlsVerify: tls_verify,
        ca: ca.text,
      };
      return await fetchText(url, options, signal);
    },
  };
}

/** The text of the file of authorities, undefined where there is none in the settings. */
async function authorities(
  file: string | undefined,
  directory: string | undefined,
  maxBytes: number,
  signal: AbortSignal,
): Promise<{ readonly kind: "text"; readonly text: string | undefined } | Unread> {
  if (file === undefined) return { kind: "text", text: undefined };
  const path = absolutePath(file, directory);
  if (path === undefined) return { kind: "unread", status: "internal", reason: "the path has to be absolute here" };
  return await readSourceFile(path, maxBytes, signal);
}
