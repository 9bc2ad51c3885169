import { nearest, type SettingsSection } from "@ocelli/model";
import type { LineProblem } from "./ini-file.js";

const sources = ["env", "file"];

/** What is wrong with the secret references `${env:NAME}` and `${file:/path}` of a module's settings. */
export function referenceProblems(settings: readonly SettingsSection[]): LineProblem[] {
  return settings.flatMap(({ name, entries }) =>
    entries.flatMap(({ key, value, line }) =>
      wrongReferences(value).map((wrong) => ({ line, message: `[${name}] ${key}: ${wrong}` })),
    ),
  );
}

function wrongReferences(value: string): string[] {
  const wrong: string[] = [];
  for (const [written, inner, close] of value.matchAll(/\$\{([^}]*)(\}?)/g)) {
    // Cut, as what is never closed reaches to the end of a value that may be a secret.
    if (!close) wrong.push("a ${ is never closed");
    else wrong.push(...wrongReference(written, inner ?? ""));
  }
  return wrong;
}

function wrongReference(written: string, inner: string): string[] {
  const colon = inner.indexOf(":");
  const [source, name] = [inner.slice(0, Math.max(colon, 0)), inner.slice(colon + 1)];
  if (colon < 0) return [`${written} does not say from where; write \${env:${inner || "NAME"}} or \${file:/path}`];
  if (!sources.includes(source)) {
    const right = nearest(source, sources);
    return [
      `unknown source "${source}" in ${written}${right ? `, did you mean "${right}"?` : "; there are env and file"}`,
    ];
  }
  if (source === "env" && !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return [`${written} names no environment variable`];
  if (source === "file" && !name.startsWith("/")) return [`${written} needs an absolute path`];
  return [];
}

const secretKey =
  /(?:^|[_.-])(?:community|password|passwd|passphrase|secret|token|(?:auth|priv|api|private)[_-]?(?:key|pass))s?$/i;

/** Values that look like secrets and stand in clear. A warning: the file is taken, but whoever reads the mesh reads them. */
export function clearSecrets(settings: readonly SettingsSection[]): LineProblem[] {
  return settings.flatMap(({ name, entries }) =>
    entries
      .filter(({ key, value }) => secretKey.test(key.replace(/\[\]$/, "")) && value !== "" && !value.includes("${"))
      .map(({ key, line }) => ({
        line,
        message: `[${name}] ${key} stands in clear; better \${env:NAME} or \${file:/path}`,
      })),
  );
}
