import { editDistance, nearest } from "@ocelli/model";

/** The sections and keys of a plugin file that are Ocelli's own, in any case. All others belong to the module. */
export const ownKeys = {
  Core: ["Name", "Module", "Service"],
  Documentation: ["Author", "Version", "Website", "Description"],
  main: ["execute_frequency", "resource_filter", "timeout_seconds", "max_in_flight", "removal_percent"],
  enrichment: ["preload"],
} as const;

export type OwnSection = keyof typeof ownKeys;
export type OwnKey<S extends OwnSection> = (typeof ownKeys)[S][number];

export const ownSections = Object.keys(ownKeys) as OwnSection[];

/** Sections of Ocelli's that may hold keys of the module as well. */
export const sharedSections: readonly string[] = ["main", "enrichment"] satisfies OwnSection[];

/** The one of `names` that is `name` but for its case. */
export function inAnyCase<T extends string>(name: string, names: readonly T[]): T | undefined {
  const lower = name.toLowerCase();
  return names.find((known) => known.toLowerCase() === lower);
}

/** The own section that a foreign one must be a slip of: one that is missing from the file and near, or one that is
 *  there and a single slip away. Short names such as [port] would be near to too much otherwise. */
export function slipOfSection(name: string, present: ReadonlySet<string>): OwnSection | undefined {
  const absent = ownSections.filter((own) => !present.has(own));
  const near = nearest(name, absent);
  const single = ownSections.find((own) => editDistance(name.toLowerCase(), own.toLowerCase()) === 1);
  return single ?? inAnyCase(near ?? "", ownSections);
}

/** The sections that every plugin file has. */
const mandatorySections: ReadonlySet<string> = new Set(["Core", "Documentation", "main"] satisfies OwnSection[]);

/** Why a module may not call a section so, in words that follow "[name]"; undefined where it may, in any plugin file. */
export function sectionProblem(name: string): string | undefined {
  const own = inAnyCase(name, ownSections);
  if (own) return `is Ocelli's own section [${own}]`;
  const slip = slipOfSection(name, mandatorySections);
  return slip && `would be taken for a slip of Ocelli's own section [${slip}]`;
}
