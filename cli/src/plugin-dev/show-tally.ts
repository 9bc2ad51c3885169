import { toJson } from "../display/json.js";
import { span } from "../display/span.js";
import { table } from "../output.js";
import { differenceWord } from "./show-copy.js";
import { type ResourceTally, type SubjectTally, type Tally, type Times, timesOf } from "./tally.js";

const shownResources = 30;
const shownSubjects = 20;

/** All there is to say in one line. */
export function summaryLine(plugin: string, tally: Tally): string {
  const { runs, skips } = tally;
  const head = `shadow of ${plugin}: ${runs} ${runs === 1 ? "run" : "runs"} compared`;
  if (runs === 0) return `${head}${skips > 0 ? `, ${skips} skipped` : ""}`;
  const verdicts = [
    `${tally.verdicts("same")} the same`,
    `${tally.verdicts("values")} with other values of gauges`,
    `${tally.verdicts("differs")} that differ`,
  ];
  return `${head}: ${verdicts.join(", ")}${skips > 0 ? `; ${skips} skipped` : ""}`;
}

/** What differs, and where, worst first. */
export function tallyText(tally: Tally): string {
  const subjects = tally.subjects;
  const resources = tally.resources;
  const parts = [
    ...(subjects.length > 0 ? [subjectTable(subjects), moreText(subjects.length - shownSubjects)] : []),
    ...(resources.length > 0 ? [resourceTable(resources), moreText(resources.length - shownResources)] : []),
  ];
  return parts.filter((part) => part !== "").join("\n");
}

export function tallyJson(plugin: string, tally: Tally): string {
  return toJson({
    entry: "summary",
    plugin,
    runs: tally.runs,
    same: tally.verdicts("same"),
    values: tally.verdicts("values"),
    differs: tally.verdicts("differs"),
    skipped: tally.skips,
    subjects: tally.subjects.map(({ subject, kinds, resources }) => ({ subject, kinds, resources: resources.size })),
    resources: tally.resources.map(({ resource, verdicts, skipped, liveMs, shadowMs }) => ({
      resource: resource || null,
      ...verdicts,
      skipped,
      liveMs: whole(liveMs),
      shadowMs: whole(shadowMs),
    })),
  });
}

function subjectTable(subjects: readonly SubjectTally[]): string {
  return table(subjects.slice(0, shownSubjects), [
    { title: "what differs", of: ({ subject }) => subject },
    { title: "runs", of: (one) => String(timesOf(one)), align: "right" },
    { title: "resources", of: ({ resources }) => String(resources.size), align: "right" },
    {
      title: "how",
      of: ({ kinds }) =>
        (Object.keys(kinds) as (keyof typeof kinds)[])
          .map((kind) => `${differenceWord(kind)} ${kinds[kind]}`)
          .join(", "),
    },
  ]);
}

function resourceTable(resources: readonly ResourceTally[]): string {
  return table(resources.slice(0, shownResources), [
    { title: "resource", of: ({ resource }) => resource || "-" },
    { title: "same", of: ({ verdicts }) => String(verdicts.same), align: "right" },
    { title: "values", of: ({ verdicts }) => String(verdicts.values), align: "right" },
    { title: "differs", of: ({ verdicts }) => String(verdicts.differs), align: "right" },
    { title: "skipped", of: ({ skipped }) => String(skipped), align: "right" },
    { title: "live", of: ({ liveMs }) => medianText(liveMs), align: "right" },
    { title: "shadow", of: ({ shadowMs }) => medianText(shadowMs), align: "right" },
  ]);
}

function moreText(more: number): string {
  return more > 0 ? `and ${more} more\n` : "";
}

function medianText(times: Times): string {
  return Number.isNaN(times.median) ? "-" : span(times.median);
}

function whole(times: Times): number | null {
  return Number.isNaN(times.median) ? null : Math.round(times.median);
}
