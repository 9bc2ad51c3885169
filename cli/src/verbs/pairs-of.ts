import { askAll, type MeshClient } from "../mesh.js";
import { type PairView, pairView } from "../views/pair-view.js";

export interface KnownPairs {
  readonly pairs: readonly PairView[];
  /** The broker's clock, in epoch ms; 0 where no scheduler knows it. */
  readonly brokerNowMs: number;
  /** Schedulers that did not answer: what they know is missing. */
  readonly silent: readonly { readonly id: string; readonly reason: string }[];
}

const pairsMax = 1_000;

/** What all schedulers know of the pairs of a plugin or a resource, by plugin and resource. */
export async function pairsOf(
  mesh: MeshClient,
  wish: { readonly plugin?: string; readonly resourceId?: string },
): Promise<KnownPairs> {
  const { services } = await mesh.services();
  const { answers, silent } = await askAll(mesh.schedulersOf(services), async (client) => {
    const [{ pairs }, { brokerNowMs }] = await Promise.all([
      client.listPairs({ ...wish, limit: pairsMax }),
      client.getStatus({}),
    ]);
    return { pairs: pairs.map(pairView), brokerNowMs: Number(brokerNowMs) };
  });
  const none = answers.length === 0 && silent.length === 0;
  return {
    pairs: answers.flatMap(({ answer }) => answer.pairs).sort(byName),
    brokerNowMs: Math.max(0, ...answers.map(({ answer }) => answer.brokerNowMs)),
    silent: none ? [{ id: "", reason: "no scheduler is running: nobody knows when anything runs" }] : silent,
  };
}

function byName(a: PairView, b: PairView): number {
  if (a.plugin !== b.plugin) return a.plugin < b.plugin ? -1 : 1;
  return a.resourceId < b.resourceId ? -1 : a.resourceId > b.resourceId ? 1 : 0;
}
