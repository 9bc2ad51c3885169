export * from "../gen/ocelli/plugin/v1/discovery_pb.js";
export * from "../gen/ocelli/plugin/v1/enrichment_pb.js";
export * from "../gen/ocelli/plugin/v1/plugin_pb.js";
export * from "../gen/ocelli/plugin/v1/polling_pb.js";
export * from "../gen/ocelli/plugin/v1/sink_pb.js";
