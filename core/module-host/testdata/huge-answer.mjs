// Answers with 100 MB in one message.
import { runFake } from "./fake-module.mjs";

const value = "x".repeat(1024 * 1024);
const group = (i) => ({ name: "huge", dimensions: [{ name: "i", value: i + value }], metrics: [] });

await runFake({
  poll: (call) => {
    call.write({ answers: [{ item: 1, groups: Array.from({ length: 100 }, (_, i) => group(i)) }] });
    call.end();
  },
});
