import { existsSync } from "node:fs";
import { mkdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { eventually, putPlugin } from "@ocelli/test-kit";
import { afterAll, beforeAll, describe, expect, type TestContext, test } from "vitest";
import { runScript, type ScriptEnd } from "./world/doc-page.js";
import { type MeshProcess, startMesh } from "./world/mesh-process.js";
import { root } from "./world/paths.js";
import { temporaryDirectory } from "./world/temporary-directory.js";
import { missingTools } from "./world/toolchains.js";
import { userEnvironment } from "./world/user-shell.js";

/** What a first-time author does, from `plugin new` to results in a running mesh. */
const languages = [
  { lang: "ts", needs: ["node"] },
  { lang: "py", needs: ["python"] },
  { lang: "go", needs: ["go"] },
].filter(({ lang }) => existsSync(root(`cli/templates/${lang}`)));

/** The first time, a language may install and compile what it needs. */
const readyMs = 240_000;
const verbMs = 60_000;

describe.for(languages)("plugin new --lang $lang", ({ lang, needs }) => {
  let missing: string | undefined;
  let place: string;
  let env: Record<string, string>;
  let next: readonly string[];

  const sh = (script: string, timeoutMs = verbMs): Promise<ScriptEnd> =>
    runScript(script, join(place, "my-plugin"), env, timeoutMs);
  const skipWithoutTools = (ctx: TestContext): void => {
    if (missing !== undefined) ctx.skip(missing);
  };

  beforeAll(async () => {
    missing = await missingTools(needs);
    if (missing !== undefined) return;
    place = await temporaryDirectory();
    env = await userEnvironment(place);
    const services = "polling discovery enrichment sink";
    const made = await runScript(
      `ocelli -o json plugin new my-plugin --lang ${lang} --service ${services}`,
      place,
      env,
      verbMs,
    );
    expect(made.code, made.said).toBe(0);
    next = (JSON.parse(made.said) as { next: string[] }).next;
    const ready = await sh(next[1] ?? "", readyMs);
    expect(ready.code, ready.said).toBe(0);
  }, readyMs + verbMs);

  test("its own tests pass untouched", async (ctx) => {
    skipWithoutTools(ctx);
    const again = await sh(next[1] ?? "", readyMs);
    expect(again.code, again.said).toBe(0);
    expect(again.said).toMatch(/pass|ok/i);
  });

  test.for([
    {
      service: "polling",
      says: [/^temperature sensor=inlet$/m, /temperature_celsius +gauge +21\.5/, /^success; 2 metrics in 1 group/m],
    },
    {
      service: "discovery",
      says: [/^sensor-1 +127\.0\.0\.1 +sensor/m, /^sensor-2 +127\.0\.0\.2 /m, /^success; 2 resources, complete/m],
    },
    {
      service: "enrichment",
      says: [/^location 0\.1, holds for 3600 s/m, /"rack": "rack of sensor-1"/, /^success; 1 set of facts/m],
    },
    { service: "sink", says: [/^success; 4 records stored, 0 refused/m] },
  ])("plugin run shows what its $service does", async ({ service, says }, ctx) => {
    skipWithoutTools(ctx);
    const { code, said } = await sh(`${next[2]} --service ${service}`);
    for (const pattern of says) expect(said).toMatch(pattern);
    expect(code).toBe(0);
  });

  test("doctor and manifest have nothing to complain about", async (ctx) => {
    skipWithoutTools(ctx);
    const { code, said } = await sh("ocelli plugin doctor . && ocelli plugin manifest .");
    expect(said).toMatch(/It starts and answers\.[\s\S]*my_plugin +offset +number +0/);
    expect(code).toBe(0);
  });

  test("plugin check passes", { timeout: readyMs }, async (ctx) => {
    skipWithoutTools(ctx);
    if (!existsSync(root("cli/src/verbs/plugin-check.ts"))) ctx.skip("there is no plugin check yet");
    const { code, said } = await sh("ocelli plugin check .", readyMs);
    expect(code, said).toBe(0);
  });

  describe("in a mesh", () => {
    let mesh: MeshProcess | undefined;
    afterAll(() => mesh?.stop());

    test("it discovers, enriches and polls, and its sink gets the results", { timeout: 180_000 }, async (ctx) => {
      skipWithoutTools(ctx);
      const data = await temporaryDirectory();
      const plugins = join(data, "my-plugins");
      await mkdir(plugins);
      await rename(join(place, "my-plugin"), join(plugins, "my-plugin"));
      await putPlugin(plugins, {
        name: "results-file",
        module: root("plugins/jsonl"),
        frequencyS: 60,
        rest: `[jsonl]\npath = ${join(data, "results", "results.jsonl")}`,
      });
      mesh = await startMesh({ data, args: ["--plugins", plugins] });
      await mesh.up();
      await eventually(async () => {
        const results = (await mesh?.results()) ?? [];
        for (const id of ["sensor-1", "sensor-2"]) {
          const of = (plugin: string) => results.filter((one) => one.plugin === plugin && one.resource?.id === id);
          expect(of("my-plugin").at(-1)).toMatchObject({ kind: "polling", status: "success" });
          const groups = of("my-plugin")
            .at(-1)
            ?.groups.find(({ name }) => name === "temperature");
          expect(groups?.metrics["temperature_celsius"]).toMatchObject({ value: 21.5 });
          expect(of("my-plugin-enrichment").at(-1)).toMatchObject({ kind: "enrichment", status: "success" });
        }
        const log = (await mesh?.log("agent"))?.split("\n") ?? [];
        const delivered = log.filter((line) => line.includes('"plugin":"my-plugin-sink"'));
        expect(
          delivered.some((line) => line.includes('"source":"my-plugin"')),
          delivered[0],
        ).toBe(true);
      }, 120_000);
    });
  });
});
