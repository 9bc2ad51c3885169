// Describes polling and does not serve it, and does not end when its stdin does. Spoken without the SDK.
import { createInterface } from "node:readline";
import { Plugin } from "@ocelli/proto/plugin";
import { Kind } from "@ocelli/proto/task";
import { implement, startServer } from "@ocelli/rpc";

const [line] = await createInterface({ input: process.stdin })
  [Symbol.asyncIterator]()
  .next()
  .then(({ value }) => [value]);
const { socket } = JSON.parse(line);
const plugin = implement(Plugin, {
  handshake: async () => ({ protocolMajor: 1, protocolMajors: [1], name: "promises", version: "1.0.0" }),
  describe: async () => ({ description: "Promises.", services: [Kind.POLLING], settingsSchemaJson: "" }),
  validateConfig: async () => ({}),
  configure: async () => ({}),
  drain: async () => ({}),
});
await startServer({ listen: `unix:${socket}`, services: [plugin] });
setInterval(() => {}, 1_000);
