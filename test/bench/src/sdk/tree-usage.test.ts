import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { treeCpuUs } from "./tree-usage.js";

test("programs that ended are counted with who started them, and apart from it", async () => {
  const busy = "const end = Date.now() + 300; while (Date.now() < end);";
  const parent = `require("node:child_process").spawnSync(process.execPath, ["-e", ${JSON.stringify(busy)}]); console.log("done"); process.stdin.resume();`;
  const child = spawn(process.execPath, ["-e", parent], { stdio: ["pipe", "pipe", "inherit"] });
  try {
    await once(child.stdout, "data");
    const { own, programs } = await treeCpuUs(child.pid ?? 0);
    expect(programs).toBeGreaterThan(50_000);
    expect(own).toBeGreaterThan(0);
  } finally {
    child.stdin.end();
    await once(child, "exit");
  }
});

test("a process without programs has no time of theirs", async () => {
  const child = spawn(process.execPath, ["-e", "console.log(1); process.stdin.resume()"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  await once(child.stdout, "data");
  expect((await treeCpuUs(child.pid ?? 0)).programs).toBe(0);
  child.stdin.end();
  await once(child, "exit");
});
