import type { Link } from "./link.js";
import { tasksOf } from "./task-message.js";

/** More are left to the next time they are in the way. */
const atOnce = 64;

/** Removes messages of tasks that have expired and hold the place of newer ones. Agents throw them away as they come; but a broker
 *  that was killed may have stored the ack of a message and not its removal, and then nobody ever sees it again. */
export class ExpiredTasks {
  readonly #link: Link;
  readonly #looking = new Set<string>();

  constructor(link: Link) {
    this.#link = link;
  }

  /** A task was refused because an earlier message lies on its subject. */
  inTheWay(stream: string, subject: string): void {
    if (this.#looking.size >= atOnce || this.#looking.has(subject)) return;
    this.#looking.add(subject);
    void this.#clear(stream, subject)
      // Gone by now, or the broker is away: whoever is refused next looks again.
      .catch(() => undefined)
      .then(() => this.#looking.delete(subject));
  }

  async #clear(stream: string, subject: string): Promise<void> {
    const { jsm, brokerClock } = this.#link;
    const found = await jsm.streams.getMessage(stream, { last_by_subj: subject });
    if (!found) return;
    const nowMs = brokerClock.nowMs();
    if (tasksOf(subject, found.data).every(({ expiresAtMs }) => expiresAtMs < nowMs))
      await jsm.streams.deleteMessage(stream, found.seq, false);
  }
}
