import { fromBinary } from "@bufbuild/protobuf";
import type { EnrichAnswer } from "@ocelli/model";
import { EnrichResponseSchema } from "@ocelli/proto/plugin";
import type { AnswerReader, Numbered } from "./answer-taker.js";
import { checkEnrichAnswer } from "./check-enrich-answer.js";

/** Reads the answers to enrichments. */
export const enrichReader: AnswerReader<Numbered<EnrichAnswer>> = {
  read: (bytes, taker) => {
    const { answers, progress } = fromBinary(EnrichResponseSchema, bytes);
    for (const answer of answers) {
      taker.answer(answer.item, () => {
        const checked = checkEnrichAnswer(answer);
        return checked.kind === "good" ? { kind: "good", value: { ...checked.value, item: answer.item } } : checked;
      });
    }
    for (const { item, extendMs } of progress) taker.progress(item, extendMs);
  },
};
