// Does everything right, and says on stderr what it was asked.
import { runFake } from "./fake-module.mjs";

const settings = new Map();
const say = (event, data) => process.stderr.write(`${JSON.stringify({ msg: event, ...data })}\n`);

await runFake({
  describe: () => ({
    services: [1, 2, 3, 4],
    repeatIsHarmless: true,
    settingsSchemaJson: JSON.stringify({
      type: "object",
      properties: { fake: { type: "object", properties: { token: { type: "string", "x-secret": true } } } },
    }),
  }),
  validateConfig: ({ settingsJson }) => {
    say("validate", { settingsJson });
    return JSON.parse(settingsJson).fake?.mode === "bad"
      ? { diagnostics: [{ severity: 1, path: "/fake/mode", summary: "mode cannot be bad", detail: "use good" }] }
      : {};
  },
  configure: ({ plugin, revision, settingsJson, secrets }) => {
    settings.set(plugin, { revision, secrets });
    say("configure", { plugin, revision, settingsJson, secretNames: Object.keys(secrets) });
    return {};
  },
  discover: (call) => {
    call.write({ part: { case: "batch", value: { resources: [{ id: "a" }, { id: "b" }] } } });
    call.write({ part: { case: "summary", value: { summary: { complete: true, resources: 2 } } } });
    call.end();
  },
  enrich: (call) => {
    const dataJson = new TextEncoder().encode('{"a":1}');
    const answers = call.request.items.map(({ item }) => ({ item, sets: [{ namespace: "fake", ttlS: 60, dataJson }] }));
    call.write({ answers });
    call.end();
  },
});
say("serving", { cwd: process.cwd(), env: Object.keys(process.env).sort() });
