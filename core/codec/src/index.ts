export { type Codec, codec } from "./binary.js";
export { tagOf, WireReader, wire } from "./bytes/reader.js";
export { WireWriter } from "./bytes/writer.js";
export {
  agentCodec,
  enrichmentCodec,
  eventCodec,
  leaseCodec,
  moduleCodec,
  packedResourceCodec,
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
export { PackedResource, unpackResourceRecord } from "./packed-resource.js";
export {
  agentStatusToProto,
  moduleRecordToProto,
  pluginRecordToProto,
  pluginReportToProto,
  pluginSpecFromProto,
  pluginSpecToProto,
  servicePresenceToProto,
} from "./plugin.js";
export { decodeRegister, encodeRegister } from "./register-wire.js";
export {
  enrichmentRecordToProto,
  enrichmentSetFromProto,
  enrichmentSetToProto,
  resourceFromProto,
  resourceRecordToProto,
  resourceToProto,
} from "./resource.js";
export { eventFromProto, eventToProto, resultFromProto, resultToProto } from "./result.js";
export { type ResultHead, readResultHead } from "./result-wire.js";
export { decodeTaskBatch, encodeTaskBatch } from "./task-batch-wire.js";
export { decodeTask, encodeResource, encodeTask, type TaskScalars, WireTask } from "./task-wire.js";
export { answerTag, groupTag, progressTag, responseTag } from "./wire/answer-tags.js";
export { encodeAnswers, encodeGroup, encodePollAnswer, encodeResourceBatch } from "./wire/answers.js";
export { packGroups, resultGroups, unpackGroups } from "./wire/packed-groups.js";
export { encodePollResult } from "./wire/poll-result.js";
export { encodeWriteRequest } from "./wire/sink-request.js";
export { encodeWorkRequest } from "./wire/work-items.js";
export { kindWords, reportStateWords, statusFromProto, statusToProto } from "./words.js";
