import type { World } from "../world/world.js";

const turns = new WeakMap<World, Promise<unknown>>();

/** For steps that may not overlap: on a busy machine one of them may not be over when the next is due. */
export async function inTurn<T>(world: World, work: () => Promise<T>): Promise<T> {
  const turn = (turns.get(world) ?? Promise.resolve()).then(work);
  turns.set(world, turn);
  return await turn;
}
