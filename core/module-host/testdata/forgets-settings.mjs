// Knows no settings until it is configured a second time.
import { cpu, failure, runFake } from "./fake-module.mjs";

let configured = 0;
await runFake({
  configure: () => {
    configured += 1;
    return {};
  },
  poll: (call) => {
    if (configured < 2) {
      call.emit("error", failure("FAILED_PRECONDITION", "never heard of it"));
      return;
    }
    call.write({ answers: call.request.items.map(({ item }) => ({ item, groups: [cpu(1)] })) });
    call.end();
  },
});
