export * from "../gen/ocelli/registry/v1/plugin_record_pb.js";
export * from "../gen/ocelli/registry/v1/registry_pb.js";
