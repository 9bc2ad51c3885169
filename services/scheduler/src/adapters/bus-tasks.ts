import type { Bus, SendAnswer } from "@ocelli/bus";
import { encodeResource, encodeTask, encodeTaskBatch } from "@ocelli/codec";
import { type Task, toToken } from "@ocelli/model";
import type { TaskOutlet } from "../domain/outbox.js";
import type { TaskQueue } from "../domain/ports.js";

/** A message of several tasks is at most this large, unless one task is: NATS takes 1 MiB by default. */
const messageBytes = 256 * 1024;

/** The work queue. What happens for every slot goes the short way: no promise, and resources travel on as they came. */
export function busTasks({ tasks }: Pick<Bus, "tasks">): TaskQueue {
  const tokens = new Map<string, string>();
  const tokenOf = (plugin: string): string => {
    let token = tokens.get(plugin);
    if (token === undefined) {
      token = toToken(plugin);
      tokens.set(plugin, token);
    }
    return token;
  };
  const bytesOf = (task: Task): Uint8Array => encodeTask(task, task.resource && encodeResource(task.resource));
  const pairSubject = (partition: number, { kind, plugin, resource }: Task): string =>
    tasks.subject(partition, kind, `${tokenOf(plugin)}.${toToken(resource?.id ?? "")}`);
  const outlet = (partition: number): TaskOutlet => ({
    send: (task, settle) => tasks.sendBytes(partition, pairSubject(partition, task), bytesOf(task), settle),
    sendTogether(all, lane, perMessage, settle) {
      const encoded = all.map(bytesOf);
      for (const [message, { from, to }] of messagesOf(encoded, perMessage, messageBytes).entries()) {
        const [task, bytes] = [all[from], encoded[from]];
        if (!task || !bytes) continue;
        const settleAll = (answer: SendAnswer): void => {
          for (let place = from; place < to; place += 1) settle(place, answer);
        };
        if (to - from === 1) {
          tasks.sendBytes(partition, pairSubject(partition, task), bytes, settleAll);
        } else {
          const subject = tasks.laneSubject(partition, task.kind, task.plugin, lane, message);
          tasks.sendBytes(partition, subject, encodeTaskBatch(encoded.slice(from, to)), settleAll);
        }
      }
    },
  });
  return {
    send: (task, partition) => tasks.send(task, partition),
    outlet,
    pendingPairs: (partition) => tasks.pendingPairs(partition),
  };
}

/** Which of them travel together: never more than so many and, unless one is larger, so many bytes. */
function messagesOf(
  encoded: readonly Uint8Array[],
  most: number,
  mostBytes: number,
): { readonly from: number; readonly to: number }[] {
  const messages: { from: number; to: number }[] = [];
  let from = 0;
  let bytes = 0;
  for (const [at, { length }] of encoded.entries()) {
    if (at > from && (at - from === most || bytes + length > mostBytes)) {
      messages.push({ from, to: at });
      from = at;
      bytes = 0;
    }
    bytes += length;
  }
  if (encoded.length > from) messages.push({ from, to: encoded.length });
  return messages;
}
