export * from "../gen/ocelli/scheduler/v1/scheduler_pb.js";
