import { createHash } from "node:crypto";
import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { SnmpFailure } from "./failure.js";
import { SnmpSession } from "./session.js";
import type { SnmpTarget } from "./target.js";

export interface PoolLimits {
  /** Sockets kept open for devices that are not asked at the moment. */
  readonly idleSessions: number;
  /** How long such a socket is kept. Longer than the usual interval, or keeping it is of no use. */
  readonly idleMs: number;
  /** After this long a session is made anew, so that a name that moved is looked up again. */
  readonly maxAgeMs: number;
}

const defaultPoolLimits: PoolLimits = { idleSessions: 256, idleMs: 150_000, maxAgeMs: 600_000 };

/** A session in use. Disposing gives it back; `retire` first, where it failed, and nobody gets it again. */
export interface LeasedSession extends Disposable {
  readonly session: SnmpSession;
  retire(): void;
}

interface Kept {
  readonly session: SnmpSession;
  readonly madeAtMs: number;
  users: number;
  retired: boolean;
  idleTimer: NodeJS.Timeout | undefined;
}

/** Sessions by device, kept from run to run: v3 then need not discover the device's engine each time. */
export class SessionPool {
  readonly #limits: PoolLimits;
  /** In the order of their last use. */
  readonly #kept = new Map<string, Kept>();

  constructor(limits: PoolLimits = defaultPoolLimits) {
    this.#limits = limits;
  }

  /** How many sockets are open. */
  get size(): number {
    return this.#kept.size;
  }

  /** Rejects with an SnmpFailure where the host's name is not known. */
  async lease(target: SnmpTarget): Promise<LeasedSession> {
    const key = createHash("sha256").update(JSON.stringify(target)).digest("base64");
    const found = this.#kept.get(key);
    const young = found && performance.now() - found.madeAtMs < this.#limits.maxAgeMs;
    if (found && !young) this.#retire(key, found);
    if (found && young) return this.#use(key, found);
    const { address, family } = await resolve(target.host);
    // Somebody else may have made one while the name was looked up.
    const other = this.#kept.get(key);
    if (other) return this.#use(key, other);
    const session = new SnmpSession(target, address, family);
    const made = { session, madeAtMs: performance.now(), users: 0, retired: false, idleTimer: undefined };
    return this.#use(key, made);
  }

  /** Closes every socket, in use or not. */
  close(): void {
    for (const [key, kept] of this.#kept) {
      kept.users = 0;
      this.#retire(key, kept);
    }
  }

  #use(key: string, kept: Kept): LeasedSession {
    kept.users += 1;
    clearTimeout(kept.idleTimer);
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    let given = false;
    return {
      session: kept.session,
      retire: () => this.#retire(key, kept),
      [Symbol.dispose]: () => {
        if (given) return;
        given = true;
        kept.users -= 1;
        if (kept.users <= 0) this.#rest(key, kept);
      },
    };
  }

  #rest(key: string, kept: Kept): void {
    if (kept.retired) {
      kept.session.close();
      return;
    }
    kept.idleTimer = setTimeout(() => this.#retire(key, kept), this.#limits.idleMs).unref();
    const idle = [...this.#kept].filter(([, { users }]) => users === 0);
    for (const [oldKey, old] of idle.slice(0, Math.max(0, idle.length - this.#limits.idleSessions)))
      this.#retire(oldKey, old);
  }

  #retire(key: string, kept: Kept): void {
    kept.retired = true;
    clearTimeout(kept.idleTimer);
    if (this.#kept.get(key) === kept) this.#kept.delete(key);
    if (kept.users <= 0) kept.session.close();
  }
}

async function resolve(host: string): Promise<{ address: string; family: 4 | 6 }> {
  const literal = isIP(host.split("%")[0] ?? "");
  if (literal === 4 || literal === 6) return { address: host, family: literal };
  try {
    const { address, family } = await lookup(host);
    return { address, family: family === 6 ? 6 : 4 };
  } catch (error) {
    throw new SnmpFailure("network", `the name ${host} cannot be resolved`, { cause: error });
  }
}
