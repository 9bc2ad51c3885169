// Answers the plugin named big with 8 MB in one message, and every other one as it should.
import { cpu, runFake } from "./fake-module.mjs";

const huge = { name: "huge", dimensions: [{ name: "i", value: "x".repeat(8 * 1024 * 1024) }], metrics: [] };

await runFake({
  poll: (call) => {
    for (const { item, run } of call.request.items) {
      call.write({ answers: [{ item, groups: [run.plugin === "big" ? huge : cpu(1)] }] });
    }
    call.end();
  },
});
