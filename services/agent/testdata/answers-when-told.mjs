// Answers for a resource as soon as the file that its endpoint names is there.
import { existsSync } from "node:fs";
import { cpu, runFake } from "../../../core/module-host/testdata/fake-module.mjs";

await runFake({
  poll: (call) => {
    const left = new Set(call.request.items);
    const looking = setInterval(() => {
      for (const one of left) {
        if (!existsSync(one.resource.endpoint)) continue;
        left.delete(one);
        call.write({ answers: [{ item: one.item, groups: [cpu(1)] }] });
      }
      if (left.size > 0) return;
      clearInterval(looking);
      call.end();
    }, 20);
  },
});
