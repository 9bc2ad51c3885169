import { draft } from "./event-draft.js";
import type { PluginView } from "./plugin-view.js";
import type { EventDraft } from "./ports.js";

/** Tells when a plugin fails and when it runs again. Held in memory: what was so at the start is not told. */
export class PluginHealth {
  /** Plugins that have failed, with the reason that was told. */
  readonly #failed = new Map<string, string>();
  readonly #seen = new Set<string>();

  /** The events since the last look. A module that is started again and fails for the same reason is told once. */
  look(views: readonly PluginView[]): EventDraft[] {
    const events: EventDraft[] = [];
    for (const view of views) {
      const { name } = view.record;
      const fresh = !this.#seen.has(name);
      this.#seen.add(name);
      if (view.state === "failed") {
        const reason = reasonOf(view);
        if (this.#failed.get(name) === reason) continue;
        this.#failed.set(name, reason);
        if (!fresh) events.push(draft("plugin.failed", `no agent can run it: ${reason}`, { plugin: name }));
      } else if (view.state === "ready" && this.#failed.delete(name)) {
        events.push(draft("plugin.ready", "it runs again", { plugin: name }));
      }
    }
    this.#forgetOthers(new Set(views.map(({ record }) => record.name)));
    return events;
  }

  #forgetOthers(names: ReadonlySet<string>): void {
    for (const name of this.#seen) {
      if (names.has(name)) continue;
      this.#seen.delete(name);
      this.#failed.delete(name);
    }
  }
}

function reasonOf({ reports }: PluginView): string {
  const said =
    reports.find(({ state, reason }) => state === "failed" && reason !== "") ??
    reports.find((one) => one.reason !== "");
  return said ? `${said.reason} (agent ${said.agentId})` : "no agent says why";
}
