// Answers the first item and exits.
import { cpu, runFake } from "./fake-module.mjs";

await runFake({
  poll: (call) => {
    const [first] = call.request.items;
    call.write({ answers: [{ item: first.item, groups: [cpu(0)] }] }, () => {
      process.stderr.write("out of ideas\n");
      setTimeout(() => process.exit(3), 50);
    });
  },
});
