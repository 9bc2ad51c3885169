// Works so hard on a poll that it hears nothing any more.
import { runFake } from "./fake-module.mjs";

await runFake({
  poll: (call) => {
    call.write({ progress: [{ item: 1, extendMs: 1 }] }, () => {
      for (;;);
    });
  },
});
