import { tagOf, WireReader, wire } from "./bytes/reader.js";
import { WireWriter } from "./bytes/writer.js";
import { decodeTask, type WireTask } from "./task-wire.js";

/** The field of ocelli.task.v1.TaskBatch. */
const tasksTag = tagOf(1, wire.span);

const writer = new WireWriter();
const reader = new WireReader();

/** `tasks` as `encodeTask` gives them. */
export function encodeTaskBatch(tasks: readonly Uint8Array[]): Uint8Array {
  writer.drop();
  for (const task of tasks) writer.message(tasksTag, task);
  return writer.finish();
}

/** Throws RangeError on bytes that are no batch of tasks, and where one of them is none. */
export function decodeTaskBatch(bytes: Uint8Array): WireTask[] {
  const tasks: Uint8Array[] = [];
  reader.open(bytes);
  for (let field = reader.tag(); field !== 0; field = reader.tag()) {
    if (field === tasksTag) tasks.push(reader.bytes());
    else if (field >>> 3 === 1) throw new RangeError("field 1 of a batch of tasks is of another type");
    else reader.skip(field);
  }
  return tasks.map((task) => decodeTask(task));
}
