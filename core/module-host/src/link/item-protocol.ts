import type { DescMethodServerStreaming } from "@bufbuild/protobuf";
import type { Fault } from "@ocelli/model";
import type { AnswerReader } from "../answers/answer-taker.js";

/** An answer to an item. Its number changes on its way to whoever asked, so that no copy has to be made. */
export interface AnyAnswer {
  item: number;
  readonly last: boolean;
}

/** In what polling and enrichment differ. Their requests are the same. */
export interface ItemProtocol<Answer extends AnyAnswer> {
  readonly method: DescMethodServerStreaming;
  /** What reads the answers of one call. */
  reader(): AnswerReader<Answer>;
  /** The last answer of an item that failed. */
  failed(fault: Fault, item: number): Answer;
}

/** Hears the answers to items. */
export interface AnswerListener<Answer> {
  onAnswer(answer: Answer): void;
  /** Every item has had its last answer. */
  onEnd(): void;
}

/** Leaves a call: nothing more is heard of it. */
export type Leave = () => void;
