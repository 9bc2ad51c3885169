import { messageOf, OcelliError } from "@ocelli/model";
import type { PluginModule, SinkWriter } from "./define-plugin.js";
import type { Log } from "./log.js";

/** One plugin with one revision of its settings. It lives until it is replaced and its last call has ended. */
export interface Instance {
  readonly plugin: string;
  readonly revision: string;
  readonly settings: unknown;
  readonly log: Log;
  /** Aborts when newer settings have come: what has no end of its own ends then. */
  readonly superseded: AbortSignal;
  /** The sink's writer, opened with its first use and after the one before was closed. It is closed with the last call that uses
   *  the instance: the sink may be somebody else's then, in another process. */
  writer(): Promise<SinkWriter>;
}

interface Kept {
  readonly instance: Instance;
  readonly sameAs: string;
  readonly retired: AbortController;
  calls: number;
  /** Nobody uses the instance now: closes its writer, if it has one. The next use opens another. */
  idle(): void;
  /** Closes what the instance opened, once; resolves `closed`. */
  close(): void;
  readonly closed: Promise<void>;
}

/** The plugins this module serves, each with the settings it was given last. */
export class Instances {
  readonly #module: PluginModule;
  readonly #log: Log;
  readonly #current = new Map<string, Kept>();
  readonly #retired = new Set<Kept>();
  /** By plugin: when the writers of all older settings are closed. */
  readonly #closed = new Map<string, Promise<void>>();

  constructor(module: PluginModule, log: Log) {
    this.#module = module;
    this.#log = log;
  }

  /** Makes these the plugin's settings. `sameAs` tells whether anything changed: where not, nothing happens. */
  configure(plugin: string, revision: string, settings: unknown, sameAs: string): void {
    const before = this.#current.get(plugin);
    if (before?.instance.revision === revision && before.sameAs === sameAs) return;
    if (before) this.#retire(plugin, before);
    this.#current.set(plugin, this.#open(plugin, revision, settings, sameAs));
  }

  /** The instance a request names, kept until `release`. Throws "precondition" where there is none: the host then
   *  configures the plugin again. */
  take(plugin: string, revision: string): { instance: Instance; release: () => void } {
    const current = this.#current.get(plugin);
    const kept = [current, ...this.#retired].find(
      (one) => one?.instance.plugin === plugin && one.instance.revision === revision,
    );
    if (!kept) {
      const has = current ? `it has revision ${current.instance.revision}` : "it was never configured";
      throw new OcelliError("precondition", `plugin ${plugin} is not configured at revision ${revision}: ${has}`);
    }
    kept.calls += 1;
    let released = false;
    const release = (): void => {
      if (released) return;
      released = true;
      kept.calls -= 1;
      if (kept.calls > 0) return;
      if (this.#retired.has(kept)) this.#dispose(kept);
      else kept.idle();
    };
    return { instance: kept.instance, release };
  }

  /** Retires everything and waits until all writers are closed. */
  async close(): Promise<void> {
    for (const [plugin, kept] of this.#current) this.#retire(plugin, kept);
    this.#current.clear();
    for (const kept of [...this.#retired]) this.#dispose(kept);
    await Promise.all(this.#closed.values());
  }

  #open(plugin: string, revision: string, settings: unknown, sameAs: string): Kept {
    const retired = new AbortController();
    const log = this.#log.child({ plugin });
    const before = this.#closed.get(plugin);
    let opening: Promise<SinkWriter> | undefined;
    let idleClosed = Promise.resolve();
    const open = async (): Promise<SinkWriter> => {
      await Promise.all([before, idleClosed]);
      if (!this.#module.sink) throw new OcelliError("unimplemented", `${this.#module.name} is no sink`);
      return await this.#module.sink.open(settings, { plugin, log, signal: retired.signal });
    };
    const instance: Instance = {
      plugin,
      revision,
      settings,
      log,
      superseded: retired.signal,
      writer: () => {
        opening ??= open().catch((error: unknown) => {
          opening = undefined; // What could not be opened now may be opened later.
          throw error;
        });
        return opening;
      },
    };
    const closeWriter = async (opened: typeof opening): Promise<void> => {
      const writer = await opened?.catch(() => undefined);
      await writer?.close?.();
    };
    const notClosed = (error: unknown): void => log.error({ err: messageOf(error) }, "sink could not be closed");
    const idle = (): void => {
      const unused = opening;
      opening = undefined;
      if (unused) idleClosed = idleClosed.then(() => closeWriter(unused)).catch(notClosed);
    };
    let close = (): void => {};
    const closed = new Promise<void>((resolve) => {
      close = () => resolve(idleClosed.then(() => closeWriter(opening)));
    }).catch(notClosed);
    return { instance, sameAs, retired, calls: 0, idle, close, closed };
  }

  #retire(plugin: string, kept: Kept): void {
    this.#retired.add(kept);
    this.#closed.set(
      plugin,
      Promise.all([this.#closed.get(plugin), kept.closed]).then(() => {}),
    );
    kept.retired.abort(new OcelliError("cancelled", `plugin ${plugin} got new settings`));
    if (kept.calls === 0) this.#dispose(kept);
  }

  #dispose(kept: Kept): void {
    this.#retired.delete(kept);
    kept.close();
  }
}
