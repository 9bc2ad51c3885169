import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { markVariable, signalGroup } from "./process-group.js";

/** Ends what it was told of once the module is gone, however that came: "+7" and "-7" on its stdin are a group that runs and
 *  one that ended, the end of its stdin is the end of the module. Nothing that was filled in gets here. */
const script = `
# Not every shell takes the first form.
signal() { kill -s "$1" -- "-$2" 2>/dev/null || kill "-$1" "-$2" 2>/dev/null; }
groups=" "
while read -r line; do
  group=\${line#?}
  case $line in
    +*) groups="$groups$group " ;;
    -*) case $groups in *" $group "*) groups="\${groups%%" $group "*} \${groups#*" $group "}" ;; esac ;;
  esac
done
ran=
for group in $groups; do signal TERM "$group" && ran=yes; done
[ -z "$ran" ] || sleep 1
for group in $groups; do signal KILL "$group"; done
[ -d /proc/self ] && for file in $(grep -ls -e "$1" /proc/[0-9]*/environ); do
  file=\${file#/proc/}; kill -s KILL "\${file%/environ}" 2>/dev/null
done
[ -n "$2" ] && rm -rf -- "$2"
`;

/** Sees to it that no program outlives the module, even where that is killed: a small process beside it that knows all
 *  groups and notices the module's end. */
export class Warden {
  /** Begins the mark of every program of this process. */
  readonly mark = randomBytes(9).toString("hex");
  readonly #groups = new Set<number>();
  readonly #pipeDirectory: () => string | undefined;
  #process: ChildProcess | undefined;
  #isUseless = false;
  #onExit: (() => void) | undefined;

  constructor(pipeDirectory: () => string | undefined) {
    this.#pipeDirectory = pipeDirectory;
  }

  /** Has to be called in the same turn in which the program was started. */
  add(leaderPid: number): void {
    this.#groups.add(leaderPid);
    if (this.#process) this.#process.stdin?.write(`+${leaderPid}\n`);
    else this.#start();
  }

  remove(leaderPid: number): void {
    if (this.#groups.delete(leaderPid)) this.#process?.stdin?.write(`-${leaderPid}\n`);
  }

  #start(): void {
    if (this.#isUseless) return;
    if (!this.#onExit) {
      this.#onExit = () => this.#endAll();
      process.on("exit", this.#onExit);
    }
    const pattern = `${markVariable}=${this.mark}`;
    const started = spawn("/bin/sh", ["-c", script, "ocelli-exec-warden", pattern, this.#pipeDirectory() ?? ""], {
      detached: true,
      env: { PATH: process.env["PATH"] ?? "/usr/bin:/bin" },
      stdio: ["pipe", "ignore", "ignore"],
    });
    started.on("error", () => {
      this.#isUseless = true;
      this.#process = undefined;
    });
    // Somebody killed it: the next program starts another, which is told of all that run.
    started.on("exit", () => {
      if (this.#process === started) this.#process = undefined;
    });
    started.stdin.on("error", () => {});
    started.unref();
    if ("unref" in started.stdin && typeof started.stdin.unref === "function") started.stdin.unref();
    this.#process = started;
    started.stdin.write([...this.#groups].map((pid) => `+${pid}\n`).join(""));
  }

  /** At the end of this process. The warden gives programs a second more; without it they have none. */
  #endAll(): void {
    const signal = this.#process ? "SIGTERM" : "SIGKILL";
    for (const pid of this.#groups) signalGroup(pid, signal);
  }
}
