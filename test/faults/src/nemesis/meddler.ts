import type { World } from "../world/world.js";

/** Tasks that were seen, and copies of them that were sent. */
export type Meddled = Readonly<Record<"tasks" | "copies", number>>;

const copyMark = "-copy-";
/** One copy at once for each further agent, and one that comes late. */
const atOnce = 2;
const latestMs = 500;

/** Hands every task out again: copies at once under names of their own, which the broker's one-per-pair rule does not hold back,
 *  so that all agents get the same task at the same moment, and one more up to half a second later. */
export async function meddle(world: World, until: Promise<unknown>): Promise<Meddled> {
  const { nc, names } = world.witness.bus.link;
  const seen = { tasks: 0, copies: 0 };
  const timers = new Set<NodeJS.Timeout>();
  const copy = (subject: string, data: Uint8Array): void => {
    seen.copies += 1;
    nc.publish(`${subject}${copyMark}${seen.copies}`, data);
  };
  const prefix = names.all.tasks(0).replace(/\.0\.>$/, ".>");
  const subscription = nc.subscribe(prefix, {
    callback: (_, { subject, data }) => {
      if (subject.includes(copyMark) || !world.plugins.some((plugin) => subject.includes(`.${plugin}.`))) return;
      seen.tasks += 1;
      for (let i = 0; i < atOnce; i += 1) copy(subject, data);
      const timer = setTimeout(
        () => {
          timers.delete(timer);
          copy(subject, data);
        },
        (seen.tasks * 137) % latestMs,
      );
      timers.add(timer);
    },
  });
  await until;
  subscription.unsubscribe();
  for (const timer of timers) clearTimeout(timer);
  return seen;
}
