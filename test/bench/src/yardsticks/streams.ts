import {
  AckPolicy,
  DiscardPolicy,
  type JetStreamManager,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
} from "@nats-io/jetstream";

/** Streams as the mesh has them: a work queue of tasks, registers of which the newest is kept, and results. */
export const names = { tasks: "TASKS", registers: "REGISTERS", results: "RESULTS", consumer: "agents" } as const;

export const pairCount = 10_000;
export const taskSubject = (pair: number): string => `task.${pair}`;
export const registerSubject = (pair: number): string => `register.${pair}`;
export const resultSubject = (pair: number): string => `result.${pair}`;
export const pairOf = (subject: string): number => Number(subject.slice(subject.indexOf(".") + 1));
/** On which the agent says how many runs it completed since it last said so. */
export const doneSubject = "done";

export const requestBytes = 300;
export const resultBytes = 2_048;
/** Tasks that wait or run at any time. */
export const outstandingTasks = 2_000;

/** Runs that the naive cycle has in flight. */
export const naiveInFlight = 256;

export async function makeStreams(jsm: JetStreamManager, inFlight: number): Promise<void> {
  const base: Partial<StreamConfig> = { storage: StorageType.File, num_replicas: 1 };
  await jsm.streams.add({
    ...base,
    name: names.tasks,
    subjects: ["task.>"],
    retention: RetentionPolicy.Workqueue,
    max_msgs_per_subject: 1,
    discard: DiscardPolicy.New,
    discard_new_per_subject: true,
  });
  await jsm.streams.add({ ...base, name: names.registers, subjects: ["register.>"], max_msgs_per_subject: 1 });
  await jsm.streams.add({ ...base, name: names.results, subjects: ["result.>"], max_bytes: 1024 * 1024 * 1024 });
  await jsm.consumers.add(names.tasks, {
    durable_name: names.consumer,
    ack_policy: AckPolicy.Explicit,
    max_ack_pending: inFlight,
  });
}
