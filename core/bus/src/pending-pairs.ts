import { JetStreamApiError } from "@nats-io/jetstream";
import { OcelliError } from "@ocelli/model";
import type { Link } from "./link.js";
import { isLane } from "./subjects.js";
import { pairOfKeys } from "./table.js";
import { tasksOf } from "./task-message.js";

/** Plugin and resource of a task. */
export interface PendingPair {
  readonly plugin: string;
  readonly resourceId: string;
}

/** Some of the subjects of a stream, in order, beginning with the `offset`-th of all there are now. */
export interface SubjectsPage {
  readonly subjects: readonly string[];
  /** How many there are in all. */
  readonly total: number;
}

interface StreamAnswer {
  readonly error?: { readonly description?: string };
  readonly total?: number;
  readonly state?: { readonly subjects?: Readonly<Record<string, number>> };
}

/** A page may name 100 000 subjects. */
const patienceMs = 20_000;
const overlapOfPages = 10_000;

/** Messages of lanes that are read at once. */
const readAtOnce = 64;

/** Names the pairs that have a task in a task stream, a page of the broker at a time: by their subjects, so that only what travels
 *  together is read. Throws `unavailable` where it does not answer. */
export async function* pendingPairs(link: Link, partition: number): AsyncGenerator<PendingPair[]> {
  const { nc, names } = link;
  const api = `$JS.API.STREAM.INFO.${names.tasks(partition)}`;
  const ask = async (offset: number): Promise<SubjectsPage> => {
    const wish = JSON.stringify({ subjects_filter: names.all.tasks(partition), offset });
    const answer = await nc.request(api, wish, { timeout: patienceMs }).catch((cause: unknown) => {
      throw new OcelliError("unavailable", "the task queue cannot be looked at", { cause });
    });
    const { error, total = 0, state } = answer.json<StreamAnswer>();
    if (error) throw new OcelliError("unavailable", `the task queue cannot be looked at: ${error.description}`);
    return { subjects: Object.keys(state?.subjects ?? {}).sort(), total };
  };
  for await (const subjects of allSubjects(ask, overlapOfPages)) {
    yield subjects.filter((subject) => !isLane(subject)).map(pairOf);
    const lanes = subjects.filter(isLane);
    for (let at = 0; at < lanes.length; at += readAtOnce) {
      const some = lanes.slice(at, at + readAtOnce);
      yield (await Promise.all(some.map((subject) => pairsOfLane(link, partition, subject)))).flat();
    }
  }
}

/** None where the message is gone by now, or is no batch: whoever takes it refuses it. */
async function pairsOfLane({ jsm, names }: Link, partition: number, subject: string): Promise<readonly PendingPair[]> {
  let bytes: Uint8Array | undefined;
  try {
    bytes = (await jsm.streams.getMessage(names.tasks(partition), { last_by_subj: subject }))?.data;
  } catch (cause) {
    if (cause instanceof JetStreamApiError && cause.status === 404) return [];
    throw new OcelliError("unavailable", "the task queue cannot be looked at", { cause });
  }
  try {
    return bytes ? tasksOf(subject, bytes) : [];
  } catch {
    return [];
  }
}

/** Every subject that is there all the while, once, although others go between two pages and move all that follow: a page has to
 *  begin at or before the last subject seen. */
export async function* allSubjects(
  ask: (offset: number) => Promise<SubjectsPage>,
  overlap: number,
): AsyncGenerator<string[]> {
  let last = "";
  let stepBack = overlap;
  for (let offset = 0; ; ) {
    const { subjects, total } = await ask(offset);
    const [first] = subjects;
    if (offset > 0 && (first === undefined || first > last)) {
      offset = Math.max(0, offset - stepBack);
      stepBack *= 2;
      continue;
    }
    const fresh = subjects.filter((subject) => subject > last);
    if (fresh.length > 0) yield fresh;
    last = fresh.at(-1) ?? last;
    const reached = offset + subjects.length;
    if (subjects.length === 0 || reached >= total) return;
    offset = subjects.length > overlap ? reached - overlap : reached - 1;
    stepBack = overlap;
  }
}

/** The last two tokens of a task's subject are those of its pair. */
function pairOf(subject: string): PendingPair {
  const [plugin, resourceId] = pairOfKeys.decode(subject.split(".").slice(-2).join("."));
  return { plugin, resourceId };
}
