import { expect, test } from "vitest";
import { ends, testdata } from "../testing/ends.js";
import { runCli } from "../testing/run-cli.js";

const here = { cwd: testdata };

test("shows what a module says of itself, and its settings as a table", async () => {
  const { code, stdout } = await runCli(["plugin", "manifest", "demo-module.mjs"], here);
  expect(stdout).toMatch(
    /^module +demo 1\.2\.3\nsays +Does what its settings say\.\nservices +discovery, enrichment, polling\n/,
  );
  expect(stdout).toMatch(/\nSECTION +KEY +TYPE +DEFAULT +SECRET +WHAT IT IS\n/);
  expect(stdout).toMatch(/\ndemo +token +string +- +yes +-\ndemo +port +integer 1\.\.65535 +161 +- +-\n$/);
  expect(code).toBe(0);
});

test("as JSON it has the schema whole", async () => {
  const { stdout } = await runCli(["-o", "json", "plugin", "manifest", "demo-module.mjs"], here);
  expect(JSON.parse(stdout)).toMatchObject({
    handshake: { name: "demo", version: "1.2.3", limits: { messageBytes: expect.any(Number) } },
    describe: { settingsSchema: { properties: { demo: { properties: { token: { "x-secret": true } } } } } },
  });
});

ends("manifest", [
  {
    why: "a module that does not start",
    args: ["crash-at-start.mjs"],
    code: 1,
    stderr: /cannot be used: [\s\S]*"ocelli plugin doctor crash-at-start\.mjs" says more\n$/,
  },
  { why: "a module that is not there", args: ["nowhere"], code: 2, stderr: /^nowhere does not exist/ },
]);
