import { leaseMarginMs, type RegisterSeen, startedAtMs, type Task } from "@ocelli/model";
import { catchUpMs, patienceMs } from "./catch-up.js";
import { decide } from "./decide.js";
import { type GapReason, type MissReason, missReasonNumber, missReasonOf } from "./miss-reason.js";
import type { MissedLog } from "./missed-log.js";
import { type PairTable, slotStates } from "./pair-table.js";
import type { WakeList } from "./wake-list.js";

/** Hands a task out and says later, through `answered`, what came of it. Where there is no room on the way to the broker
 *  `sendQueued` is told later, and where the device is busy `consider`. `again` says that an earlier task of the slot was not
 *  taken in time. */
export type Dispatch = (id: number, task: Task, again: boolean) => "sending" | "queued" | "device_busy";

export type SendAnswer = "sent" | "pending" | "unanswered";

const sendAgainMs = 1_000;
/** What may pass until a pair is looked at again, in ms. */
const wakesWithinMs = 250;
/** A task that lapsed lies in the queue until an agent throws it away: how often that is looked at, in ms. */
const lapsedAgainMs = 5_000;
/** How many starts a device that kept a pair waiting is expected to do so again: runs do not take the same time each time. */
const lagsFor = 3;

/** Follows every due slot to its one end: a run claimed it, or it was missed for one reason. A pair has at most one open slot,
 *  the newest; a run that was asked for at or after a slot stands for it. Decides only when told so, never on its own time. */
export class SlotKeeper {
  readonly #pairs: PairTable;
  readonly #wakes: WakeList;
  readonly #missed: MissedLog;
  readonly #dispatch: Dispatch;

  constructor(pairs: PairTable, wakes: WakeList, missed: MissedLog, dispatch: Dispatch) {
    this.#pairs = pairs;
    this.#wakes = wakes;
    this.#missed = missed;
    this.#dispatch = dispatch;
  }

  /** A slot has come. `older` slots passed unseen before it. */
  due(id: number, slotAtMs: number, older: number, nowMs: number, gap: GapReason): void {
    const pairs = this.#pairs;
    const plugin = pairs.plugin(id);
    const firstAtMs = pairs.firstAtMs(id);
    if (!plugin || slotAtMs < firstAtMs || pairs.openSlotAtMs.get(id) === slotAtMs) return;
    this.close(id, gap);
    if (!plugin.due) return;
    const frequencyMs = pairs.frequencyMs.get(id);
    const inTime = Math.floor((slotAtMs - firstAtMs) / frequencyMs);
    this.#count(id, gap, Math.min(older, inTime));
    if (this.#ran(id, slotAtMs)) return;
    if (nowMs - slotAtMs > catchUpMs(frequencyMs, gap)) this.#count(id, gap);
    else this.open(id, slotAtMs, nowMs);
  }

  /** Takes on a slot that whoever led before looked at and that no run stands for. It is open still, unless it could be seen at
   *  once that it would not run: such a slot was counted then. `over` says why it was left alone where its time is over. */
  takeOn(id: number, slotAtMs: number, over: GapReason | undefined, nowMs: number): void {
    const pairs = this.#pairs;
    const plugin = pairs.plugin(id);
    if (!plugin?.due || slotAtMs < pairs.firstAtMs(id) || !plugin.wasReadyAt(slotAtMs)) return;
    // Whether the device kept the pair waiting died with that leader: a slot that may have been held is not let go unseen.
    const due = { slotAtMs, frequencyMs: pairs.frequencyMs.get(id), seen: pairs.seen(id), ready: true, lags: true };
    const { kind } = decide(due, slotAtMs);
    if (kind === "miss" || kind === "covered") return;
    if (!over) {
      this.open(id, slotAtMs, nowMs);
      return;
    }
    pairs.openSlotAtMs.set(id, slotAtMs);
    this.#stand(id, slotStates.sent, over);
    this.close(id, over);
  }

  /** Opens a slot and decides about it. */
  open(id: number, slotAtMs: number, nowMs: number): void {
    this.#pairs.openSlotAtMs.set(id, slotAtMs);
    this.consider(id, nowMs);
  }

  /** Decides about the open slot, by what is known now. */
  consider(id: number, nowMs: number): void {
    const pairs = this.#pairs;
    const plugin = pairs.plugin(id);
    const slotAtMs = pairs.openSlotAtMs.get(id);
    // A paused plugin's slot stays as it is until the next one closes it.
    if (slotAtMs === 0 || !plugin?.due) return;
    const frequencyMs = pairs.frequencyMs.get(id);
    const lags = pairs.lags.get(id) > 0;
    const decision = decide({ slotAtMs, frequencyMs, seen: pairs.seen(id), ready: plugin.ready, lags }, nowMs);
    switch (decision.kind) {
      case "send": {
        if (this.#isTooLate(id, slotAtMs, nowMs)) {
          this.close(id, "broker_away");
          break;
        }
        const again = pairs.slotState.get(id) === slotStates.sent;
        this.#dispatched(id, this.#dispatch(id, this.#task(id, slotAtMs, decision.notBeforeAtMs), again));
        break;
      }
      case "hold":
        this.#stand(id, slotStates.held, decision.reason);
        this.wakeAt(id, decision.untilAtMs);
        break;
      case "covered":
        this.#settle(id);
        break;
      case "miss":
        this.#stand(id, slotStates.held, decision.reason);
        this.close(id, "scheduler_away");
        break;
    }
  }

  /** There is room for a task that could not be handed out. By now its register may have moved. */
  sendQueued(id: number, nowMs: number): void {
    if (this.#pairs.slotState.get(id) === slotStates.queued) this.consider(id, nowMs);
  }

  /** What came of a task. Answers about a slot that is not open any more say nothing. */
  answered(id: number, { slotAtMs, expiresAtMs }: Task, answer: SendAnswer, nowMs: number): void {
    const pairs = this.#pairs;
    if (pairs.openSlotAtMs.get(id) !== slotAtMs || pairs.slotState.get(id) !== slotStates.sending) return;
    const frequencyMs = pairs.frequencyMs.get(id);
    if (answer === "unanswered") {
      this.#stand(id, slotStates.held, "broker_away");
      this.wakeAt(id, nowMs + Math.min(sendAgainMs, catchUpMs(frequencyMs, "broker_away") / 2));
      return;
    }
    this.#stand(id, slotStates.sent, "not_taken");
    // A task that has to be taken soon, because others wait for its device, is sent again where it was not.
    if (expiresAtMs < slotAtMs + frequencyMs) {
      this.wakeAt(id, answer === "sent" ? expiresAtMs + leaseMarginMs : nowMs + lapsedAgainMs);
      return;
    }
    // An earlier task of the pair is still there. It is taken or thrown away soon: one more try, then the next slot's turn.
    const tryAgainAtMs = slotAtMs + frequencyMs / 2;
    if (answer === "pending" && nowMs < tryAgainAtMs) this.wakeAt(id, tryAgainAtMs);
  }

  /** The pair's register is `seen` now, which is newer than what was known. */
  registerMoved(id: number, seen: RegisterSeen, nowMs: number): void {
    const pairs = this.#pairs;
    const { slotAtMs } = seen.register;
    if (this.#loses(id, seen)) this.#count(id, "agent_lost");
    pairs.registers.set(id, seen);
    if (slotAtMs > 0 && pairs.doubtSlotAtMs.get(id) === slotAtMs) {
      this.#missed.recant(pairs.pair(id).plugin, missReasonOf(pairs.doubtReason.get(id)));
      pairs.doubtSlotAtMs.set(id, 0);
    }
    const openAtMs = pairs.openSlotAtMs.get(id);
    if (openAtMs === 0) return;
    if (slotAtMs >= openAtMs) this.#settle(id);
    // Whatever was sent expects an older revision and will be refused: decide anew.
    else this.wakeAt(id, nowMs);
  }

  /** The pair's register is about to be forgotten. A run that it tells of and that never ended is lost. */
  registerRemoved(id: number): void {
    if (this.#pairs.registers.running(id)) this.#count(id, "agent_lost");
    if (!this.#pairs.plugin(id)) this.close(id, "scheduler_away");
  }

  /** The open slot's time is over: if no run stands for it, it is missed. */
  close(id: number, gap: GapReason): void {
    const pairs = this.#pairs;
    const slotAtMs = pairs.openSlotAtMs.get(id);
    if (slotAtMs === 0) return;
    if (!this.#ran(id, slotAtMs)) {
      const state = pairs.slotState.get(id);
      const wasSent = state === slotStates.sending || state === slotStates.sent;
      const why = missReasonOf(pairs.openReason.get(id));
      const reason = wasSent && gap === "broker_away" ? gap : why;
      this.#count(id, reason);
      if (wasSent || why === "broker_away") {
        pairs.doubtSlotAtMs.set(id, slotAtMs);
        pairs.doubtReason.set(id, missReasonNumber(reason));
      }
    }
    this.#settle(id);
  }

  /** Looks at the pair again at that instant. */
  wakeAt(id: number, atMs: number): void {
    this.#pairs.wakeAtMs.set(id, atMs);
    this.#wakes.add(id, atMs);
  }

  /** Whether a slot that was held, for its guard or because the broker did not answer, would hold up those behind it by now: nobody
   *  looked at it meanwhile. A run that takes long is waited for. */
  #isTooLate(id: number, slotAtMs: number, nowMs: number): boolean {
    const pairs = this.#pairs;
    if (pairs.slotState.get(id) !== slotStates.held) return false;
    const reason = missReasonOf(pairs.openReason.get(id));
    if (reason !== "broker_away" && reason !== "too_soon") return false;
    const frequencyMs = pairs.frequencyMs.get(id);
    const stillMs =
      reason === "too_soon" ? patienceMs(frequencyMs, pairs.lags.get(id) > 0) : catchUpMs(frequencyMs, reason);
    return nowMs - slotAtMs > stillMs + wakesWithinMs;
  }

  #dispatched(id: number, outcome: ReturnType<Dispatch>): void {
    if (outcome === "device_busy") this.#pairs.lags.set(id, lagsFor);
    else if (outcome === "sending") this.#lagLess(id);
    if (outcome === "sending") this.#stand(id, slotStates.sending, "not_taken");
    else if (outcome === "queued") this.#stand(id, slotStates.queued, "broker_away");
    else this.#stand(id, slotStates.held, "device_busy");
  }

  /** A slot was sent for which the device did not keep the pair waiting: after a few of those it does so no more. */
  #lagLess(id: number): void {
    const { lags, slotState, openReason } = this.#pairs;
    const left = lags.get(id);
    const wasBusy = slotState.get(id) === slotStates.held && missReasonOf(openReason.get(id)) === "device_busy";
    if (left > 0 && !wasBusy && slotState.get(id) !== slotStates.sent) lags.set(id, left - 1);
  }

  #settle(id: number): void {
    this.#pairs.openSlotAtMs.set(id, 0);
    this.#pairs.slotState.set(id, slotStates.none);
    this.#pairs.wakeAtMs.set(id, 0);
  }

  #ran(id: number, slotAtMs: number): boolean {
    return this.#pairs.registers.slotAtMs(id) >= slotAtMs;
  }

  #stand(id: number, state: number, reason: MissReason): void {
    this.#pairs.slotState.set(id, state);
    this.#pairs.openReason.set(id, missReasonNumber(reason));
    this.#pairs.wakeAtMs.set(id, 0);
  }

  /** Whether the run that is known never ended: another one has started, and not before its lease was over. */
  #loses(id: number, seen: RegisterSeen): boolean {
    const { registers } = this.#pairs;
    if (!registers.running(id) || registers.slotAtMs(id) === seen.register.slotAtMs) return false;
    return startedAtMs(seen) >= registers.storedAtMs(id) + registers.leaseMs(id) + leaseMarginMs;
  }

  #count(id: number, reason: MissReason, slots = 1): void {
    if (slots <= 0) return;
    const { plugin, resourceId } = this.#pairs.pair(id);
    this.#missed.count(plugin, reason, resourceId, slots);
  }

  #task(id: number, slotAtMs: number, notBeforeAtMs: number): Task {
    const pairs = this.#pairs;
    // Only planned pairs have their slots considered.
    const plugin = pairs.plugin(id) as NonNullable<ReturnType<PairTable["plugin"]>>;
    const frequencyMs = pairs.frequencyMs.get(id);
    return {
      kind: plugin.kind,
      plugin: plugin.name,
      resource: pairs.resource(id)?.resource,
      pluginRevision: plugin.spec.revision,
      slotAtMs,
      notBeforeAtMs,
      expiresAtMs: slotAtMs + frequencyMs,
      frequencyMs,
      revision: pairs.registers.revision(id),
      state: pairs.registers.state(id),
      onDemand: false,
      traceparent: "",
    };
  }
}
