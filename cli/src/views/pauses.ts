import { askAll, type MeshClient } from "../mesh.js";

export interface PauseView {
  readonly plugin: string;
  /** Empty where none was given. */
  readonly reason: string;
  readonly sinceAtMs: number;
}

/** Who is paused and why, by plugin. Schedulers know; where none answers, nothing is said. */
export async function pausesOf(mesh: MeshClient): Promise<ReadonlyMap<string, PauseView>> {
  const { services } = await mesh.services();
  const { answers } = await askAll(mesh.schedulersOf(services), (client) => client.getStatus({}));
  const pauses = answers.flatMap(({ answer }) => answer.paused);
  return new Map(
    pauses.map(({ plugin, reason, sinceAtMs }) => [plugin, { plugin, reason, sinceAtMs: Number(sinceAtMs) }]),
  );
}
