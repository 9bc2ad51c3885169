// Answers item 1 with NaN, an item nobody asked for, item 2 twice, and item 3 not at all.
import { cpu, runFake } from "./fake-module.mjs";

await runFake({
  poll: (call) => {
    call.write({ answers: [{ item: 1, groups: [cpu(Number.NaN)] }] });
    call.write({ answers: [{ item: 99, groups: [cpu(1)] }] });
    call.write({
      answers: [
        { item: 2, groups: [cpu(2)] },
        { item: 2, groups: [cpu(3)] },
      ],
    });
    call.end();
  },
});
