export * from "../gen/ocelli/resource/v1/fault_pb.js";
export * from "../gen/ocelli/resource/v1/metric_pb.js";
export * from "../gen/ocelli/resource/v1/resource_pb.js";
