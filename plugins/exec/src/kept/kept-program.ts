import { type Log, PollFault } from "@ocelli/plugin-sdk";
import { pause } from "../pause.js";
import { type Program, type ProgramStart, type Supervision, startProgram } from "../program/program.js";
import { StderrLines } from "../program/stderr-lines.js";
import { endWords, withLastLines } from "../program/why-it-ended.js";
import type { TimeLimit } from "../time-limit.js";
import { AnswerReader, type KeptAnswer, type ReaderOutcome } from "./answer-reader.js";
import type { LineOf } from "./request.js";

export interface KeptStart extends Omit<ProgramStart, "asks" | "onStdout" | "onStderr"> {
  readonly name: string;
  readonly maxOutputBytes: number;
}

/** One program that is asked by lines on its stdin, one request at a time. */
export class KeptProgram {
  readonly #start: KeptStart;
  #program: Program | undefined;
  #stderr: StderrLines;
  #log: Log;
  #reader: AnswerReader | undefined;
  #settle: (outcome: ReaderOutcome | PollFault) => void = () => {};
  #bytes = { stdout: 0, stderr: 0 };
  #requests = 0;
  #isStopped = false;
  /** How many requests it has answered. */
  answered = 0;
  /** Called when it has ended while nobody asked it. */
  onIdleEnd: () => void = () => {};

  private constructor(start: KeptStart, log: Log) {
    this.#start = start;
    this.#log = log;
    this.#stderr = new StderrLines((line) => this.#log.warn({ line }, "the program writes to stderr"));
  }

  static async start(start: KeptStart, supervision: Supervision, log: Log): Promise<KeptProgram> {
    const kept = new KeptProgram(start, log);
    const program = await startProgram(
      {
        ...start,
        asks: true,
        onStdout: (chunk) => kept.#onStdout(chunk),
        onStderr: (chunk) => kept.#onStderr(chunk),
      },
      supervision,
      log,
    );
    kept.#program = program;
    void program.ended.then((end) => {
      kept.#isStopped = true;
      if (!kept.#reader) return kept.onIdleEnd();
      const words = withLastLines(`${start.name} ${endWords(end)} while it was asked`, kept.#stderr.end());
      kept.#settle(new PollFault("internal", words));
    });
    return kept;
  }

  /** Whether it can be asked once more. */
  get isUsable(): boolean {
    return !this.#isStopped && this.#program?.isOver === false;
  }

  /** Asks and waits for the answer. Throws PollFault where none comes: the program is ended then, except that it ended
   *  by itself. */
  async ask(
    lineOf: LineOf,
    limit: TimeLimit,
    log: Log,
    signal: AbortSignal,
  ): Promise<KeptAnswer & { readonly lastLines: string }> {
    this.#log = log;
    this.#requests += 1;
    this.#bytes = { stdout: 0, stderr: 0 };
    const id = this.#requests;
    this.#reader = new AnswerReader(id);
    const answered = new Promise<ReaderOutcome | PollFault>((resolve) => {
      this.#settle = resolve;
    });
    const seconds = (limit.runMs / 1000).toFixed(1);
    const late = (): void => {
      const words = withLastLines(
        `${this.#start.name} did not answer within ${seconds} s and was ended`,
        this.#stderr.end(),
      );
      this.#settle(new PollFault("timeout", words));
    };
    const timer = setTimeout(late, limit.runMs);
    signal.addEventListener("abort", late, { once: true });
    if (signal.aborted) late();
    this.#program?.stdin?.write(lineOf(id, limit.runMs));
    const outcome = await answered;
    clearTimeout(timer);
    signal.removeEventListener("abort", late);
    this.#reader = undefined;
    if (outcome instanceof PollFault) {
      await this.stop(limit.graceMs);
      throw outcome;
    }
    if (outcome.kind === "wrong") {
      await this.stop(limit.graceMs);
      throw new PollFault("internal", `${this.#start.name} was ended: ${outcome.why}`);
    }
    this.answered += 1;
    return { ...outcome, lastLines: this.#stderr.end() };
  }

  /** Ends its group, with whatever it does. */
  async stop(graceMs: number): Promise<void> {
    this.#isStopped = true;
    await this.#program?.stop(graceMs);
  }

  /** Ends its stdin, which asks it to end by itself, and stops it where it does not. */
  async finish(graceMs: number): Promise<void> {
    this.#isStopped = true;
    this.#program?.stdin?.end();
    const over = new AbortController();
    await Promise.race([this.#program?.ended, pause(graceMs, over.signal)]);
    over.abort();
    await this.stop(graceMs);
  }

  #onStdout(chunk: Uint8Array): void {
    if (!this.#take("stdout", chunk)) return;
    const done = this.#reader?.push(chunk);
    if (done) this.#settle(done.outcome);
    const left = done ? done.left : this.#reader ? undefined : chunk;
    if (left && left.length > 0) this.#log.warn({ bytes: left.length }, "the program wrote without being asked");
  }

  #onStderr(chunk: Uint8Array): void {
    if (this.#take("stderr", chunk)) this.#stderr.push(chunk);
  }

  #take(stream: "stdout" | "stderr", chunk: Uint8Array): boolean {
    const { name, maxOutputBytes } = this.#start;
    this.#bytes[stream] += chunk.length;
    if (this.#bytes[stream] <= maxOutputBytes) return true;
    if (this.#isStopped) return false;
    const message = `${name} wrote more than ${maxOutputBytes} bytes to ${stream} and was ended`;
    this.#isStopped = true;
    if (this.#reader) {
      this.#settle(new PollFault("internal", `${message}: raise [exec] max_output_bytes where so much is meant`));
    } else {
      this.#log.error(message);
      void this.stop(0);
    }
    return false;
  }
}
