export * from "../gen/ocelli/agent/v1/agent_pb.js";
