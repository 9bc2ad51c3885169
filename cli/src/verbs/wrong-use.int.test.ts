import { expect, test } from "vitest";
import { answerTable, askedMesh } from "../testing/answer-table.js";
import { runCli } from "../testing/run-cli.js";

const asked = askedMesh();
const { mesh } = asked;

answerTable(asked, [
  {
    why: "a tail that leaves nothing",
    args: ["tail", "--events-only", "--results-only"],
    code: 2,
    stderr: /leave nothing/,
  },
  { why: "an unknown verb", args: ["statsu"], code: 2, stdout: /^$/, stderr: /Did you mean status\?/ },
  { why: "an unknown option", args: ["status", "--outptu", "json"], code: 2, stderr: /Did you mean --output\?/ },
  {
    why: "an unknown format",
    args: ["status", "-o", "yaml"],
    code: 2,
    stderr: /Allowed choices are table, json, jsonl/,
  },
  { why: "no verb", args: [], code: 2, stdout: /^$/, stderr: /Usage: ocelli/ },
  { why: "help", args: ["resources", "--help"], code: 0, stdout: /Usage: ocelli resources/ },
  { why: "a limit that is none", args: ["due", "--limit", "few"], code: 2, stderr: /whole number/ },
  { why: "a span that is none", args: ["status", "--timeout", "soon"], code: 2, stderr: /not a span of time/ },
]);

test("the registry may come from the environment", async () => {
  const ended = await runCli(["resources"], { env: { OCELLI_REGISTRY: mesh().endpoint } });
  expect(ended).toMatchObject({ code: 0, stdout: expect.stringContaining("sw-1") });
});

test.for([
  {
    why: "nobody listens there",
    args: ["--registry", "127.0.0.1:1"],
    says: /^the registry at 127\.0\.0\.1:1 cannot be reached: nothing listens there; start a mesh with "ocelli up"/,
  },
  {
    why: "its host is not known",
    args: ["--registry", "no-such-host.invalid:7701"],
    says: /^the registry at no-such-host\.invalid:7701 cannot be reached: its host is not known/,
  },
  {
    why: "no mesh was ever started",
    args: ["--data", "/no/such/dir"],
    says: /^no mesh is known in \/no\/such\/dir; start a mesh/,
  },
])("Ocelli cannot be reached: $why", async ({ args, says }) => {
  for (const verb of [["status"], ["tail"]]) {
    expect(await runCli([...args, ...verb])).toEqual({ code: 3, stdout: "", stderr: expect.stringMatching(says) });
  }
});

test("a registry that is none is said to be none", async () => {
  const ended = await runCli(["--registry", mesh().schedulerAt, "plugins"]);
  expect(ended).toMatchObject({
    code: 3,
    stderr: expect.stringMatching(/it is no registry, or one of another version/),
  });
});

test("an address that is none is wrong use", async () => {
  const ended = await runCli(["--registry", "7701", "plugins"]);
  expect(ended).toMatchObject({ code: 2, stderr: expect.stringContaining('"7701" is no address') });
});
