import { faultFromProto, metricGroupFromProto } from "@ocelli/codec";
import type { PollAnswer } from "@ocelli/model";
import type { PollAnswer as ProtoPollAnswer } from "@ocelli/proto/plugin";
import { groupProblem } from "./check-group.js";
import { type Checked, refused, stateProblem } from "./checked.js";

/** Looks at one answer to a poll. It is taken or refused as a whole, so that no half of a reading is published; groups
 *  without metrics are left out. `seen` holds the groups of earlier answers to the same item and is added to. */
export function checkPollAnswer(answer: ProtoPollAnswer, seen: Set<string>): Checked<Omit<PollAnswer, "item">> {
  const problem = stateProblem(answer);
  if (problem !== undefined) return refused(problem);
  for (const group of answer.groups) {
    const problem = groupProblem(group, seen);
    if (problem !== undefined) return refused(problem);
  }
  return {
    kind: "good",
    value: {
      groups: answer.groups.filter((group) => group.metrics.length > 0).map(metricGroupFromProto),
      fault: answer.fault && faultFromProto(answer.fault),
      state: answer.setState ? answer.state : undefined,
      last: !answer.more,
    },
  };
}
