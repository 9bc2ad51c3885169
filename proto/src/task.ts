export * from "../gen/ocelli/task/v1/task_pb.js";
