import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { PollAnswerSchema } from "@ocelli/proto/plugin";
import { MetricType } from "@ocelli/proto/resource";

const groupCount = 5;
const metricsPerGroup = 11;

/** The answer of every run: 5 groups of 11 metrics, about 2 KB. */
export const groups = Array.from({ length: groupCount }, (_, group) => ({
  name: "interface",
  dimensions: [{ name: "interface_name", value: `GigabitEthernet0/${group}` }],
  metrics: Array.from({ length: metricsPerGroup }, (_, metric) => ({
    name: `interface_value_${String(metric).padStart(2, "0")}`,
    type: MetricType.GAUGE,
    value: { case: "doubleValue" as const, value: 1000.5 * (group + 1) + metric },
  })),
})) satisfies MessageInitShape<typeof PollAnswerSchema>["groups"];

/** The same, encoded: what follows the item's number in an answer. */
export const encodedGroups: Uint8Array = toBinary(PollAnswerSchema, create(PollAnswerSchema, { groups }));
