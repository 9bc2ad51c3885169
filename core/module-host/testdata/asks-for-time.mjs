// Asks for more time and answers after its first deadline.
import { cpu, runFake } from "./fake-module.mjs";

await runFake({
  poll: (call) => {
    const [{ item, run }] = call.request.items;
    call.write({ progress: [{ item, extendMs: 5_000 }] });
    setTimeout(() => {
      call.write({ answers: [{ item, groups: [cpu(7)] }] });
      call.end();
    }, run.deadlineMs + 400);
  },
});
