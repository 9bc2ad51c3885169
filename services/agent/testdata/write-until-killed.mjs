// Copies runs into a spool as fast as the disk takes them, and says on stdout which are written, until it is killed.
import { openSpool } from "../dist/adapters/spool-open.js";

const [directory, from] = process.argv.slice(2);
let kept = 0;
let written = 0;
const open = await openSpool(
  { directory, agentId: "a", mesh: "m", maxBytes: 256 << 20 },
  {
    clock: { monotonicMs: () => performance.now() },
    log: { info() {}, warn() {} },
    event() {},
    count(name) {
      if (name !== "spool_kept") return;
      written += 1;
      process.stdout.write(`${Number(from) + written}\n`);
    },
  },
);
while (true) {
  for (let i = 0; i < 7 && kept - written < 100; i += 1) {
    kept += 1;
    const number = Number(from) + kept;
    const parts = [Buffer.alloc((number * 7919) % 5_000, number % 256)];
    const pair = { plugin: "p", resourceId: String(number), running: false, agentId: "a", attempt: String(number) };
    const times = { fence: number, leaseMs: 0, slotAtMs: 1, startedAtMs: 1, finishedAtMs: 1 };
    const register = { ...pair, ...times, status: "success", state: Buffer.alloc(0) };
    open.spool.keep({ kind: "polling", key: `p.${number}`, partition: 0, parts, register, revision: number });
  }
  await new Promise((resolve) => setImmediate(resolve));
}
