// A device that answers every HTTP request after a while, and tells of each on its stdout, a line of JSON each:
//   {"port": 1234}  {"id": 1, "began": ms, "from": "x-poller header"}  {"id": 1, "ended": ms}
// Instants are monotonic. Ends when its stdin does.
//   node http-device.mjs DELAY_MS
import { createServer } from "node:http";

const delayMs = Number(process.argv[2]);
const tell = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);
let count = 0;

const server = createServer((request, response) => {
  count += 1;
  const id = count;
  tell({ id, began: performance.now(), from: request.headers["x-poller"] ?? "" });
  response.once("close", () => tell({ id, ended: performance.now() }));
  setTimeout(() => response.end("ok"), delayMs);
});
server.listen(0, "127.0.0.1", () => tell({ port: server.address().port }));
process.stdin.resume().once("end", () => process.exit(0));
