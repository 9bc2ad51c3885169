import type { Checked } from "./checked.js";

/** An answer that was just made, whose number may still change. */
export type Numbered<Answer> = Answer & { item: number };

/** Hears of what one message of a module holds. */
export interface AnswerTaker<Answer> {
  /** An answer to an item by its number. It is looked at only where the item may be answered. */
  answer(item: number, check: () => Checked<Answer>): void;
  /** An item needs more time. */
  progress(item: number, extendMs: number): void;
}

/** Takes the messages of one call apart. */
export interface AnswerReader<Answer> {
  /** Throws where the bytes are no message. */
  read(bytes: Uint8Array, taker: AnswerTaker<Answer>): void;
}
