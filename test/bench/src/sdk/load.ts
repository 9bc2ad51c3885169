import { toBinary } from "@bufbuild/protobuf";
import { tagOf, WireReader, wire } from "@ocelli/codec";
import type { OcelliError } from "@ocelli/model";
import { Polling, PollRequestSchema } from "@ocelli/proto/plugin";
import { type Connection, callWithBytes } from "@ocelli/rpc";
import { Dishonest } from "../row.js";
import { pollRequest } from "./payload.js";

/** How many calls run at a time, by the items of one. */
const callsInFlight: Readonly<Record<number, number>> = { 1: 32, 10: 8, 100: 4 };

const answersTag = tagOf(1, wire.span);
const reader = new WireReader();

/** Polls a module again and again with calls of one size, as many at a time as the size has. */
export class Load {
  /** Items that were answered. */
  answered = 0;
  /** Rejects when a call fails or does not answer all of its items. */
  readonly failed: Promise<never>;
  readonly #connection: Connection;
  readonly #metadata: Readonly<Record<string, string>>;
  readonly #batch: number;
  readonly #request: Uint8Array;
  #fail: (error: unknown) => void = () => {};
  #calls = 0;
  #stopping = false;
  #idle: () => void = () => {};

  constructor(connection: Connection, metadata: Readonly<Record<string, string>>, batch: number) {
    this.#connection = connection;
    this.#metadata = metadata;
    this.#batch = batch;
    this.#request = toBinary(PollRequestSchema, pollRequest(batch));
    this.failed = new Promise<never>((_, reject) => {
      this.#fail = reject;
    });
    this.failed.catch(() => {});
  }

  start(): void {
    for (let i = 0; i < (callsInFlight[this.#batch] ?? 1); i += 1) this.#call();
  }

  /** Resolves when the last call has ended. */
  stop(): Promise<void> {
    this.#stopping = true;
    return new Promise((resolve) => {
      this.#idle = resolve;
      if (this.#calls === 0) resolve();
    });
  }

  #call(): void {
    let answers = 0;
    this.#calls += 1;
    callWithBytes(this.#connection, Polling.method.poll, this.#request, this.#metadata, {
      onMessage: (bytes) => {
        const more = countAnswers(bytes);
        answers += more;
        this.answered += more;
      },
      onEnd: (error) => this.#ended(answers, error),
    });
  }

  #ended(answers: number, error: OcelliError | undefined): void {
    this.#calls -= 1;
    if (error) this.#fail(new Dishonest(`a call failed: ${error.message}`, { cause: error }));
    else if (answers !== this.#batch) this.#fail(new Dishonest(`${answers} of ${this.#batch} items were answered`));
    else if (!this.#stopping) this.#call();
    if (this.#calls === 0) this.#idle();
  }
}

/** The answers of an encoded ocelli.plugin.v1.PollResponse, without a look into them: the load shall cost little. */
function countAnswers(bytes: Uint8Array): number {
  let answers = 0;
  reader.open(bytes);
  for (let field = reader.tag(); field !== 0; field = reader.tag()) {
    if (field === answersTag) answers += 1;
    reader.skip(field);
  }
  return answers;
}
