import { create } from "@bufbuild/protobuf";
import type { Metric, MetricGroup } from "@ocelli/model";
import {
  MetricGroupSchema,
  MetricSchema,
  MetricType,
  type Metric as ProtoMetric,
  type MetricGroup as ProtoMetricGroup,
} from "@ocelli/proto/resource";

export function metricGroupToProto(group: MetricGroup): ProtoMetricGroup {
  return create(MetricGroupSchema, {
    name: group.name,
    dimensions: group.dimensions.map((dimension) => ({ ...dimension })),
    metrics: group.metrics.map(metricToProto),
    atMs: BigInt(group.atMs),
  });
}

function metricToProto(metric: Metric): ProtoMetric {
  const { value } = metric;
  return create(MetricSchema, {
    name: metric.name,
    type: metric.type === "counter" ? MetricType.COUNTER : MetricType.GAUGE,
    value: typeof value === "bigint" ? { case: "intValue", value } : { case: "doubleValue", value },
  });
}

/** Throws RangeError, naming group and metric, where a type or a value is missing. */
export function metricGroupFromProto(proto: ProtoMetricGroup): MetricGroup {
  return {
    name: proto.name,
    dimensions: proto.dimensions.map(({ name, value }) => ({ name, value })),
    metrics: proto.metrics.map((metric) => metricFromProto(metric, proto.name)),
    atMs: Number(proto.atMs),
  };
}

function metricFromProto(proto: ProtoMetric, group: string): Metric {
  const { name, type, value } = proto;
  if (value.case === undefined) throw new RangeError(`metric ${group}.${name} has no value`);
  if (type !== MetricType.GAUGE && type !== MetricType.COUNTER) {
    throw new RangeError(`metric ${group}.${name} is neither gauge nor counter`);
  }
  return { name, type: type === MetricType.COUNTER ? "counter" : "gauge", value: value.value };
}
