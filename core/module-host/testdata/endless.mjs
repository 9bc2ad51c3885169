// Sends groups without an end, for as long as somebody reads and nobody cancels.
import { runFake } from "./fake-module.mjs";

let sent = 0;
const metrics = [{ name: "a", type: 1, value: { case: "doubleValue", value: 1 } }];

function groups() {
  sent += 500;
  return Array.from({ length: 500 }, (_, i) => ({
    name: "g",
    dimensions: [{ name: "n", value: `${sent + i}` }],
    metrics,
  }));
}

await runFake({
  poll: (call) => {
    const goOn = () => {
      if (call.cancelled) process.stderr.write("cancelled\n");
      else if (call.write({ answers: [{ item: 1, groups: groups(), more: true }] })) setImmediate(goOn);
      else call.once("drain", goOn);
    };
    call.once("cancelled", () => process.stderr.write("told to stop\n"));
    goOn();
  },
});
