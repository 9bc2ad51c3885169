import { createServer, type Server } from "node:net";
import { afterEach, expect, test } from "vitest";
import { readInfo } from "./answering.js";

let server: Server | undefined;
afterEach(() => server?.close());

test.for([
  {
    why: "a server that greets is there",
    says: 'INFO {"server_name":"ocelli-1","version":"2.15.2","port":4222} \r\n',
    want: { serverName: "ocelli-1", version: "2.15.2" },
  },
  { why: "another kind of server is not", says: "220 mail.example ESMTP\r\n", want: undefined },
  { why: "a line cut short is not", says: 'INFO {"server_name":', want: undefined },
  { why: "a greeting without a name is not", says: "INFO {}\r\n", want: undefined },
] as const)("reading the greeting: $why", async ({ says, want }) => {
  const listening = createServer((socket) => socket.end(says));
  server = listening;
  const port = await new Promise<number>((resolve) => {
    listening.listen(0, "127.0.0.1", () => resolve((listening.address() as { port: number }).port));
  });
  expect(await readInfo("127.0.0.1", port, 2_000)).toEqual(want);
});
