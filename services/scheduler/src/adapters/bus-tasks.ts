import type { Bus } from "@ocelli/bus";
import { encodeResource, encodeTask } from "@ocelli/codec";
import { toToken } from "@ocelli/model";
import type { TaskQueue } from "../domain/ports.js";

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
  return {
    send: (task, partition) => tasks.send(task, partition),
    post(task, partition, settle) {
      const { resource } = task;
      const key = `${tokenOf(task.plugin)}.${toToken(resource?.id ?? "")}`;
      const bytes = encodeTask(task, resource && encodeResource(resource));
      tasks.sendBytes(tasks.subject(partition, task.kind, key), bytes, settle);
    },
    pendingPairs: (partition) => tasks.pendingPairs(partition),
  };
}
