import { type ChildProcess, spawn } from "node:child_process";
import { ownProgram } from "./paths.js";

/** How something that the harness made is taken away again. */
export type Undo =
  /** A file or folder of this world. */
  | { readonly kind: "folder"; readonly path: string }
  /** A cgroup: removed once its processes are gone. */
  | { readonly kind: "cgroup"; readonly path: string }
  /** Such as "THAWED" into a freezer. */
  | { readonly kind: "write"; readonly path: string; readonly text: string }
  /** Such as the removal of a rule or a namespace. Fails quietly where that is gone already. */
  | { readonly kind: "command"; readonly argv: readonly [string, ...string[]] };

/** A process beside the harness that cleans up after it: at its end, and as well where it is killed. */
export class Warden {
  readonly #child: ChildProcess;

  constructor(mark: string) {
    this.#child = spawn(process.execPath, [ownProgram("world/warden-main.js"), mark], {
      detached: true,
      stdio: ["pipe", "ignore", "inherit"],
    });
    this.#child.stdin?.on("error", () => {}); // it is gone: `cleanUp` says so
  }

  /** To be told before the thing is made, so that there is no moment in which nobody knows of it. */
  atTheEnd(undo: Undo): void {
    this.#child.stdin?.write(`${JSON.stringify(undo)}\n`);
  }

  /** Kills every process of the world, undoes everything, and waits until it is done. */
  async cleanUp(): Promise<void> {
    const code = await new Promise<number | null>((resolve) => {
      if (this.#child.exitCode !== null || this.#child.signalCode !== null) return resolve(this.#child.exitCode);
      this.#child.once("exit", resolve);
      this.#child.stdin?.end();
    });
    if (code !== 0) throw new Error(`the world could not be cleaned up: its warden ended with ${code}`);
  }
}
