export { type Codec, codec } from "./binary.js";
export {
  agentCodec,
  enrichmentCodec,
  eventCodec,
  leaseCodec,
  moduleCodec,
  pauseCodec,
  pluginCodec,
  positionCodec,
  presenceCodec,
  registerCodec,
  resourceCodec,
  resultCodec,
  taskCodec,
} from "./codecs.js";
export { faultFromProto, faultToProto } from "./fault.js";
export { metricGroupFromProto, metricGroupToProto } from "./metric.js";
export {
  agentStatusToProto,
  moduleRecordToProto,
  pluginRecordToProto,
  pluginReportToProto,
  pluginSpecFromProto,
  pluginSpecToProto,
  servicePresenceToProto,
} from "./plugin.js";
export {
  enrichmentRecordToProto,
  enrichmentSetFromProto,
  enrichmentSetToProto,
  resourceFromProto,
  resourceRecordToProto,
  resourceToProto,
} from "./resource.js";
export { eventFromProto, eventToProto, resultFromProto, resultToProto } from "./result.js";
export { kindWords, reportStateWords, statusFromProto, statusToProto } from "./words.js";
