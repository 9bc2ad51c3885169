import { create } from "@bufbuild/protobuf";
import type {
  AgentStatus,
  Kind,
  ModuleRecord,
  PluginRecord,
  PluginReport,
  PluginSpec,
  Problem,
  ServicePresence,
} from "@ocelli/model";
import { kinds } from "@ocelli/model";
import {
  AgentStatusSchema,
  ModuleRecordSchema,
  PluginRecordSchema,
  PluginReportSchema,
  PluginSpecSchema,
  type AgentStatus as ProtoAgentStatus,
  type ModuleRecord as ProtoModuleRecord,
  type PluginRecord as ProtoPluginRecord,
  type PluginReport as ProtoPluginReport,
  type PluginSpec as ProtoPluginSpec,
  type Problem as ProtoProblem,
  type ServicePresence as ProtoServicePresence,
  ServicePresenceSchema,
} from "@ocelli/proto/registry";
import { reportStateWords } from "./words.js";

function serviceFromText(text: string): Kind | undefined {
  return kinds.find((kind) => kind === text);
}

function problemFromProto({ file, line, message }: ProtoProblem): Problem {
  return { file, line, message };
}

export function pluginSpecToProto(spec: PluginSpec): ProtoPluginSpec {
  return create(PluginSpecSchema, {
    ...spec,
    service: spec.service ?? "",
    preload: [...spec.preload],
    documentation: { ...spec.documentation },
    settings: spec.settings.map(({ name, entries }) => ({ name, entries: entries.map((entry) => ({ ...entry })) })),
  });
}

export function pluginSpecFromProto(proto: ProtoPluginSpec): PluginSpec {
  const { name, revision, file, module, frequencyMs, timeoutMs, maxInFlight, resourceFilter } = proto;
  return {
    name,
    revision,
    file,
    module,
    frequencyMs,
    timeoutMs,
    maxInFlight,
    resourceFilter,
    service: serviceFromText(proto.service),
    preload: proto.preload,
    documentation: proto.documentation,
    settings: proto.settings.map((section) => ({
      name: section.name,
      entries: section.entries.map(({ key, value, line }) => ({ key, value, line })),
    })),
    removalPercent: proto.removalPercent,
  };
}

export function pluginRecordToProto(record: PluginRecord): ProtoPluginRecord {
  return create(PluginRecordSchema, {
    name: record.name,
    problems: record.problems.map((problem) => ({ ...problem })),
    ...(record.active ? { active: pluginSpecToProto(record.active) } : {}),
    ...(record.candidate ? { candidate: pluginSpecToProto(record.candidate) } : {}),
  });
}

export function pluginRecordFromProto(proto: ProtoPluginRecord): PluginRecord {
  return {
    name: proto.name,
    active: proto.active ? pluginSpecFromProto(proto.active) : undefined,
    candidate: proto.candidate ? pluginSpecFromProto(proto.candidate) : undefined,
    problems: proto.problems.map(problemFromProto),
  };
}

export function pluginReportToProto(report: PluginReport): ProtoPluginReport {
  return create(PluginReportSchema, {
    ...report,
    state: reportStateWords.to(report.state),
    service: report.service ?? "",
    problems: report.problems.map((problem) => ({ ...problem })),
  });
}

function pluginReportFromProto(proto: ProtoPluginReport): PluginReport {
  const { agentId, plugin, revision, reason, judgedRevision, restarts, module, lastError } = proto;
  return {
    agentId,
    plugin,
    revision,
    reason,
    judgedRevision,
    restarts,
    module,
    lastError,
    state: reportStateWords.from(proto.state),
    service: serviceFromText(proto.service),
    problems: proto.problems.map(problemFromProto),
  };
}

export function agentStatusToProto(status: AgentStatus): ProtoAgentStatus {
  return create(AgentStatusSchema, { ...status, reports: status.reports.map(pluginReportToProto) });
}

export function agentStatusFromProto(proto: ProtoAgentStatus): AgentStatus {
  const { agentId, bootId, leaseMs, draining } = proto;
  return { agentId, bootId, leaseMs, draining, reports: proto.reports.map(pluginReportFromProto) };
}

export function servicePresenceToProto(presence: ServicePresence): ProtoServicePresence {
  const { clockSkewMs, startedAtMs, ...rest } = presence;
  const skew = clockSkewMs === undefined ? {} : { clockSkewMs: BigInt(clockSkewMs) };
  return create(ServicePresenceSchema, { ...rest, ...skew, startedAtMs: BigInt(startedAtMs) });
}

export function servicePresenceFromProto(proto: ProtoServicePresence): ServicePresence {
  const { id, endpoint, version, pid, host, leaseMs, leader } = proto;
  const kind = proto.kind === "registry" || proto.kind === "scheduler" ? proto.kind : "agent";
  const skew = proto.clockSkewMs === undefined ? {} : { clockSkewMs: Number(proto.clockSkewMs) };
  return { kind, id, endpoint, version, pid, host, leaseMs, leader, startedAtMs: Number(proto.startedAtMs), ...skew };
}

export function moduleRecordToProto(record: ModuleRecord): ProtoModuleRecord {
  return create(ModuleRecordSchema, record);
}

export function moduleRecordFromProto(proto: ProtoModuleRecord): ModuleRecord {
  const { name, instanceId, bootId, version, endpoint, leaseMs, suspect } = proto;
  return { name, instanceId, bootId, version, endpoint, leaseMs, suspect };
}
