// Speaks a newer protocol only.
import { createInterface } from "node:readline";
import { Plugin } from "@ocelli/proto/plugin";
import { implement, startServer } from "@ocelli/rpc";

const { value } = await createInterface({ input: process.stdin })[Symbol.asyncIterator]().next();
const { socket } = JSON.parse(value);
const plugin = implement(Plugin, {
  handshake: async () => ({ protocolMajor: 0, protocolMajors: [7], name: "newer", version: "2.0.0" }),
  describe: async () => ({}),
  validateConfig: async () => ({}),
  configure: async () => ({}),
  drain: async () => ({}),
});
await startServer({ listen: `unix:${socket}`, services: [plugin] });
