import { type Kind, toToken } from "@ocelli/model";

/** Every stream, bucket and subject name. No other file spells one. */
export interface Names {
  readonly results: string;
  readonly events: string;
  readonly dead: string;
  readonly buckets: {
    readonly plugins: string;
    readonly modules: string;
    readonly resources: string;
    readonly enrichments: string;
    readonly leases: string;
    readonly agents: string;
    readonly presence: string;
    readonly pauses: string;
    readonly positions: string;
  };
  tasks(partition: number): string;
  pairs(partition: number): string;
  /** `key`: the tokens of plugin and resource, with a dot between. */
  taskSubject(partition: number, kind: Kind, key: string): string;
  /** Where the tasks of a plugin that are due together travel in one message: `lane` is any number. */
  laneSubject(partition: number, kind: Kind, plugin: string, lane: number, message: number): string;
  tasksOf(partition: number, plugin: string): string;
  /** `key` as in `taskSubject`. */
  resultSubject(kind: Kind, key: string): string;
  resultsOf(kind: Kind): string;
  resultsWhere(plugin: string, resourceId: string): string;
  eventSubject(type: string, plugin: string): string;
  deadSubject(from: string): string;
  all: { readonly results: string; readonly events: string; readonly dead: string; tasks(partition: number): string };
}

/** No token of a resource begins so. */
const laneMark = "~";

/** Whether a task's subject is that of a lane rather than of a pair. */
export function isLane(subject: string): boolean {
  return subject[subject.lastIndexOf(".") + 1] === laneMark;
}

export function namesOf(prefix: string): Names {
  const upper = prefix.toUpperCase();
  return {
    results: `${upper}_RESULTS`,
    events: `${upper}_EVENTS`,
    dead: `${upper}_DEAD`,
    buckets: {
      plugins: `${prefix}_plugins`,
      modules: `${prefix}_modules`,
      resources: `${prefix}_resources`,
      enrichments: `${prefix}_enrichments`,
      leases: `${prefix}_leases`,
      agents: `${prefix}_agents`,
      presence: `${prefix}_presence`,
      pauses: `${prefix}_pauses`,
      positions: `${prefix}_positions`,
    },
    tasks: (partition) => `${upper}_TASKS_${partition}`,
    pairs: (partition) => `${prefix}_pairs_${partition}`,
    taskSubject: (partition, kind, key) => `${prefix}.task.${partition}.${kind}.${key}`,
    laneSubject: (partition, kind, plugin, lane, message) =>
      `${prefix}.task.${partition}.${kind}.${toToken(plugin)}.${laneMark}${lane}-${message}`,
    tasksOf: (partition, plugin) => `${prefix}.task.${partition}.*.${toToken(plugin)}.*`,
    resultSubject: (kind, key) => `${prefix}.result.${kind}.${key}`,
    resultsOf: (kind) => `${prefix}.result.${kind}.>`,
    resultsWhere: (plugin, resourceId) =>
      `${prefix}.result.*.${plugin ? toToken(plugin) : "*"}.${resourceId ? toToken(resourceId) : "*"}`,
    eventSubject: (type, plugin) => `${prefix}.event.${toToken(type)}.${toToken(plugin)}`,
    deadSubject: (from) => `${prefix}.dead.${toToken(from)}`,
    all: {
      results: `${prefix}.result.>`,
      events: `${prefix}.event.>`,
      dead: `${prefix}.dead.>`,
      tasks: (partition) => `${prefix}.task.${partition}.>`,
    },
  };
}
