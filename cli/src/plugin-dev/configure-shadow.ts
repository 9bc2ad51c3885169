import type { Kind, PluginSpec } from "@ocelli/model";
import { chooseService, judge, type ModuleLink, sourceOf } from "@ocelli/module-host";
import { findings, findingText } from "../check-files/finding.js";
import { referencesOf } from "../child-modules.js";
import { Exit, exitCodes } from "../exit-codes.js";
import { refused } from "../one-shot/target.js";

export interface ShadowSettings {
  /** The local plugin file, under the live plugin's name. */
  readonly spec: PluginSpec;
  /** What the live plugin does; undefined while nobody knows. */
  readonly liveKind: Kind | undefined;
  /** The data directory, which plugin files may refer to. */
  readonly data: string;
  readonly say: (sentence: string) => void;
}

/** Gives a module the settings of the local plugin file, and says what it does with them. Throws an Exit that lists everything
 *  that is wrong. */
export async function configureShadow(
  link: ModuleLink,
  { spec, liveKind, data, say }: ShadowSettings,
  signal: AbortSignal,
): Promise<Exclude<Kind, "sink">> {
  const { services } = link.description;
  const isOffered = liveKind !== undefined && services.includes(liveKind);
  const service = spec.service ?? (isOffered ? liveKind : undefined);
  const chosen = chooseService(service, services, link.title);
  const kind = chosen.kind === "service" ? chosen.service : undefined;
  if (kind !== undefined && liveKind !== undefined && kind !== liveKind)
    throw otherKind(spec.name, liveKind, link.title, kind);
  const wanted = { ...spec, service };
  const judged = await judge(link, wanted, referencesOf(spec, data), signal);
  if (judged.kind === "refused") throw refused(findings("error", judged.problems).map(findingText));
  for (const warning of findings("warning", judged.warnings)) say(findingText(warning));
  if (judged.service === "sink") throw noSink(spec.name);
  const problems = await link.configure(
    { plugin: spec.name, revision: spec.revision },
    judged.settings,
    sourceOf(spec),
    signal,
  );
  if (problems.length > 0) throw refused(findings("error", problems).map(findingText));
  return judged.service;
}

const does = { discovery: "discovers", enrichment: "enriches", polling: "polls", sink: "is a sink" } as const;

export function otherKind(plugin: string, liveKind: Kind, title: string, kind: Kind): Exit {
  const why = `${plugin} ${does[liveKind]} in the mesh, and ${title} ${does[kind]}`;
  return new Exit(
    exitCodes.usage,
    `${why}: a shadow does what its live plugin does; name another with --plugin, or set [Core] Service`,
  );
}

export function noSink(plugin: string): Exit {
  const why = `${plugin} is a sink: a shadow of it would write everything twice to where the live one writes`;
  return new Exit(exitCodes.usage, `${why}; try it alone with "ocelli plugin run"`);
}
