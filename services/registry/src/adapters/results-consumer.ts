import type { Bus, BusLog, DeliveredResult, Delivery } from "@ocelli/bus";
import { aborted, type Clock, type Kind, messageOf, OcelliError } from "@ocelli/model";
import type { Intake } from "../domain/intake.js";
import { InOrder } from "./in-order.js";

export interface ConsumerDeps {
  readonly bus: Pick<Bus, "results" | "events">;
  readonly intake: Intake;
  readonly clock: Clock;
  readonly log: BusLog;
}

/** Results that are worked on at the same time, of each kind. */
const atOnce = 64;
const retryMs = 1_000;
const triesAtMost = 5;
const lookForLateEveryMs = 5_000;

/** Takes discoveries and enrichments from where the registry stopped, until `signal` aborts. A result is acked once it is
 *  applied, the parts of a discovery together; what is not acked when leadership ends is given back at once. */
export async function consumeResults(deps: ConsumerDeps, signal: AbortSignal): Promise<void> {
  deps.intake.reset();
  const held = new Held();
  await Promise.all([
    consumeKind(deps, "discovery", held, signal),
    consumeKind(deps, "enrichment", held, signal),
    lookForLate(deps, held, signal),
  ]);
  held.giveBack();
}

async function consumeKind({ bus, intake, log }: ConsumerDeps, kind: Kind, held: Held, signal: AbortSignal) {
  const work = new InOrder();
  const onResult = (one: DeliveredResult): void => {
    const { plugin, resource, fence } = one.result;
    work.add(`${plugin}\u0000${resource?.id ?? ""}`, async () => {
      if (signal.aborted) return one.delivery.retry(0);
      try {
        const taken = await intake.take(one.result, one.delivery.info.deliveries > 1);
        if (taken === "held") held.add(plugin, fence, one.delivery);
        else {
          one.delivery.ack();
          if (kind === "discovery") held.settle(plugin, fence);
        }
      } catch (error) {
        const fields = { plugin, resource: resource?.id, fence, reason: messageOf(error) };
        if (isHopeless(error, one.delivery)) {
          log.warn(fields, "result cannot be applied and is put aside");
          putAside(one.delivery, messageOf(error));
          one.delivery.drop();
        } else {
          log.warn(fields, "result could not be applied yet");
          one.delivery.retry(signal.aborted ? 0 : retryMs);
        }
      }
      puller.kick();
    });
  };
  const onGarbage = (delivery: Delivery, reason: string): void => {
    log.warn({ subject: delivery.subject, reason }, "result cannot be read and is put aside");
    putAside(delivery, reason);
  };
  const putAside = (delivery: Delivery, reason: string): void => {
    bus.events.putAside(delivery.subject, delivery.data, reason).catch((error: unknown) => {
      log.warn({ reason: messageOf(error) }, "nothing could be put aside");
    });
  };
  const options = { consumer: `registry-${kind}`, kind, free: () => atOnce - work.size };
  const puller = bus.results.consume({ ...options, onResult, onGarbage }, signal);
  await aborted(signal);
  await work.idle();
}

async function lookForLate({ intake, clock, log }: ConsumerDeps, held: Held, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await clock.sleep(lookForLateEveryMs, signal);
    if (signal.aborted) return;
    try {
      for (const { plugin, fence } of await intake.giveUpWaiting()) held.settle(plugin, fence);
    } catch (error) {
      log.warn({ reason: messageOf(error) }, "incomplete discovery could not be applied yet");
    }
  }
}

/** Whether trying again cannot help: nothing is wrong with the broker, and it was tried often. */
function isHopeless(error: unknown, delivery: Delivery): boolean {
  const passing = error instanceof OcelliError && (error.code === "unavailable" || error.code === "conflict");
  return !passing && delivery.info.deliveries >= triesAtMost;
}

/** Parts of discoveries that are not whole yet, to be acked together. */
class Held {
  readonly #parts = new Map<string, { readonly fence: number; readonly delivery: Delivery }[]>();

  add(plugin: string, fence: number, delivery: Delivery): void {
    const parts = this.#parts.get(plugin) ?? [];
    parts.push({ fence, delivery });
    this.#parts.set(plugin, parts);
  }

  /** This run, and any older one of the plugin, is done with. */
  settle(plugin: string, fence: number): void {
    const parts = this.#parts.get(plugin) ?? [];
    for (const part of parts) if (part.fence <= fence) part.delivery.ack();
    this.#parts.set(
      plugin,
      parts.filter((part) => part.fence > fence),
    );
  }

  giveBack(): void {
    for (const parts of this.#parts.values()) for (const { delivery } of parts) delivery.retry(0);
    this.#parts.clear();
  }
}
