import {
  DiscardPolicy,
  JetStreamApiError,
  type JetStreamManager,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
  type StreamInfo,
} from "@nats-io/jetstream";
import { OcelliError } from "@ocelli/model";
import type { BusSettings } from "./ports.js";
import { type Names, namesOf } from "./subjects.js";

/** The mesh as it was created: its name in the world and its number of partitions, both fixed for good. */
export interface Mesh {
  readonly id: string;
  readonly partitions: number;
}

type Wanted = Partial<StreamConfig> & { name: string; subjects: string[] };

const nanosPerMs = 1e6;
const longestTaskMs = 7 * 24 * 3600 * 1000;

/** The streams that do not depend on the number of partitions. */
function sharedStreams(names: Names, settings: BusSettings): Wanted[] {
  const kept: Partial<StreamConfig> = {
    storage: StorageType.File,
    retention: RetentionPolicy.Limits,
    discard: DiscardPolicy.Old,
    num_replicas: settings.replicas,
    max_age: settings.retentionMs * nanosPerMs,
    duplicate_window: 100 * nanosPerMs,
  };
  return [
    { ...kept, name: names.results, subjects: [names.all.results], max_bytes: settings.retentionBytes },
    { ...kept, name: names.events, subjects: [names.all.events], max_bytes: Math.ceil(settings.retentionBytes / 4) },
    { ...kept, name: names.dead, subjects: [names.all.dead], max_bytes: Math.ceil(settings.retentionBytes / 4) },
    ...Object.values(names.buckets).map((bucket) => bucketStream(bucket, settings)),
  ];
}

/** A KV bucket of history 1 is a stream with these settings (NATS ADR-8). */
function bucketStream(bucket: string, settings: BusSettings): Wanted {
  return {
    name: `KV_${bucket}`,
    subjects: [`$KV.${bucket}.>`],
    storage: StorageType.File,
    retention: RetentionPolicy.Limits,
    discard: DiscardPolicy.New,
    num_replicas: settings.replicas,
    max_msgs_per_subject: 1,
    allow_direct: true,
    allow_rollup_hdrs: true,
    deny_delete: true,
    duplicate_window: 100 * nanosPerMs,
  };
}

function taskStream(names: Names, settings: BusSettings, partition: number): Wanted {
  return {
    name: names.tasks(partition),
    subjects: [names.all.tasks(partition)],
    storage: StorageType.File,
    retention: RetentionPolicy.Workqueue,
    num_replicas: settings.replicas,
    max_msgs_per_subject: 1,
    discard: DiscardPolicy.New,
    discard_new_per_subject: true,
    max_age: longestTaskMs * nanosPerMs,
    duplicate_window: 100 * nanosPerMs,
  };
}

/** Creates what is missing, leaves alone what is there. Safe to run by every process at every start. */
export async function ensureMesh(jsm: JetStreamManager, settings: BusSettings, newId: () => string): Promise<Mesh> {
  const names = namesOf(settings.prefix);
  for (const stream of sharedStreams(names, settings)) await ensureStream(jsm, stream);
  const mesh = await meshRecord(jsm, names, { id: newId(), partitions: settings.partitions });
  for (let partition = 0; partition < mesh.partitions; partition += 1) {
    await ensureStream(jsm, taskStream(names, settings, partition));
    await ensureStream(jsm, bucketStream(names.pairs(partition), settings));
  }
  return mesh;
}

async function ensureStream(jsm: JetStreamManager, wanted: Wanted): Promise<void> {
  const { config } = (await streamInfo(jsm, wanted.name)) ?? (await addStream(jsm, wanted));
  // Old servers drop what they do not know without a word; the guard's queue rests on this.
  if (wanted.discard_new_per_subject && !config.discard_new_per_subject) {
    throw new OcelliError("precondition", "the NATS server ignores discard_new_per_subject; run 2.9.10 or newer");
  }
}

async function streamInfo(jsm: JetStreamManager, name: string): Promise<StreamInfo | undefined> {
  try {
    return await jsm.streams.info(name);
  } catch (error) {
    if (error instanceof JetStreamApiError && error.status === 404) return undefined;
    throw error;
  }
}

/** Another process may add the same stream at the same time: then it is there. */
async function addStream(jsm: JetStreamManager, wanted: Wanted): Promise<StreamInfo> {
  try {
    return await jsm.streams.add(wanted);
  } catch (error) {
    const there = await streamInfo(jsm, wanted.name);
    if (there) return there;
    throw error;
  }
}

/** The first process to come writes the record; everybody reads it. */
async function meshRecord(jsm: JetStreamManager, names: Names, own: Mesh): Promise<Mesh> {
  const bucket = names.buckets.leases;
  const subject = `$KV.${bucket}.mesh`;
  const js = jsm.jetstream();
  await js.publish(subject, JSON.stringify(own), { expect: { lastSubjectSequence: 0 } }).catch(() => undefined);
  const stored = await jsm.streams.getMessage(`KV_${bucket}`, { last_by_subj: subject });
  if (!stored) throw new OcelliError("unavailable", "the mesh record cannot be read back");
  return stored.json<Mesh>();
}
