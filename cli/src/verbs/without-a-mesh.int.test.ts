import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { type CliWorld, runCli, startCli } from "../testing/run-cli.js";

const testdata = fileURLToPath(new URL("../../testdata", import.meta.url));
const plugins = fileURLToPath(new URL("../../../plugins", import.meta.url));
const here: CliWorld = { cwd: testdata };
const resource = '{"id":"sw-1","class":"network"}';

test("validate lists every problem of every file with its line, and ends with 1", async () => {
  const { code, stdout, stderr } = await runCli(["validate", "plugins/bad"], here);
  expect(
    stdout
      .replaceAll(testdata, "")
      .split("\n")
      .filter((line) => !line.startsWith("  |")),
  ).toEqual([
    "plugins/bad/crash.ocelli-plugin: its module cannot be used: /crash-at-start.mjs exited with code 1 before it answered; its last lines:",
    "plugins/bad/nowhere.ocelli-plugin:3: Module /nowhere.mjs does not exist, nor with .js, .mjs, .py behind it",
    expect.stringMatching(/^plugins\/bad\/settings\.ocelli-plugin:13: .*port.*65535/),
    expect.stringMatching(/^plugins\/bad\/settings\.ocelli-plugin:14: .*"moed".*did you mean "mode"\?$/),
    expect.stringMatching(
      /^plugins\/bad\/typo\.ocelli-plugin:11: .*"excute_frequency".*did you mean "execute_frequency"\?$/,
    ),
    "",
  ]);
  expect(stdout).toContain("  | reading the moon phase\n");
  expect(stderr).toBe("4 plugin files, 5 problems, 0 warnings\n");
  expect(code).toBe(1);
});

test("validate starts nothing where it is told not to", async () => {
  const { code, stdout } = await runCli(["validate", "plugins/bad", "--no-modules", "-o", "jsonl"], here);
  const found = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(found.map(({ severity, line }) => `${severity} ${line}`)).toEqual(["error 3", "error 11"]);
  expect(code).toBe(1);
});

test.for([
  {
    why: "files that are right",
    args: ["plugins/good"],
    code: 0,
    stdout: "",
    stderr: "2 plugin files, 0 problems, 0 warnings\n",
  },
  {
    why: "one file that is right",
    args: ["plugins/good/polls.ocelli-plugin"],
    code: 0,
    stdout: "",
    stderr: "1 plugin file, 0 problems, 0 warnings\n",
  },
  {
    why: "a directory that does not exist",
    args: ["plugins/good", "nowhere"],
    code: 2,
    stdout: "",
    stderr: "nowhere does not exist: name a directory of plugin files, or one of them\n",
  },
  {
    why: "no directory",
    args: [],
    code: 2,
    stdout: "",
    stderr: expect.stringContaining("missing required argument 'dir'"),
  },
  {
    why: "a secret that is missing here",
    args: ["plugins/secret"],
    code: 0,
    stdout:
      "plugins/secret/reads-secret.ocelli-plugin:13: warning: [demo] token: the environment variable OCELLI_TEST_TOKEN is not set here; the agents need it\n",
    stderr: "1 plugin file, 0 problems, 1 warning\n",
  },
  {
    why: "the same with warnings denied",
    args: ["plugins/secret", "--deny-warnings"],
    code: 1,
    stdout: expect.stringContaining("warning"),
    stderr: expect.any(String),
  },
])("validate of $why ends with $code", async ({ args, code, stdout, stderr }) => {
  expect(await runCli(["validate", ...args], here)).toEqual({ code, stdout, stderr });
});

test("poll once prints what a plugin file's module finds, with its settings and its own enrichment", async () => {
  const { code, stdout, stderr } = await runCli(
    ["poll", "once", "plugins/good/polls.ocelli-plugin", "--resource", resource],
    here,
  );
  expect(stdout).toBe(
    [
      'demo resource=sw-1 facts="{\\"name\\":\\"name of sw-1\\"}"',
      "  port          gauge                   1161",
      "  token_length  gauge                      0",
      "  seen_total    counter  1152921504606846976",
      "",
    ].join("\n"),
  );
  expect(stderr).toMatch(/^enriched first: facts\nsuccess; 3 metrics in 1 group, took \d+/);
  expect(code).toBe(0);
});

test("poll once takes settings of the command line, facts, and a resource from stdin", async () => {
  const args = [
    "--setting",
    "demo.port=22",
    "--enrichment",
    'facts={"a":1}',
    "--resource",
    "-",
    "--service",
    "polling",
    "-o",
    "json",
  ];
  const { code, stdout } = await runCli(["poll", "once", "demo-module.mjs", ...args], { ...here, stdin: resource });
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    module: "demo 1.2.3",
    kind: "polling",
    status: "success",
    fault: null,
    tookMs: expect.any(Number),
    groups: [
      {
        name: "demo",
        dimensions: [{}, { name: "facts", value: '{"a":1}' }],
        metrics: [{ name: "port", type: "gauge", value: 22 }, {}, { name: "seen_total", value: "1152921504606846976" }],
      },
    ],
  });
});

test("a secret of the environment reaches the module, and no output", async () => {
  const token = "do not print this";
  const args = ["poll", "once", "plugins/secret/reads-secret.ocelli-plugin", "--resource", resource, "--logs"];
  const { code, stdout, stderr } = await runCli(args, { ...here, env: { OCELLI_TEST_TOKEN: token } });
  expect(stdout).toMatch(new RegExp(`token_length +gauge +${token.length}\n`));
  expect(stderr).toContain("polling"); // its log line
  expect(stdout + stderr).not.toContain(token);
  expect(code).toBe(0);
});

test("a discovery is run without a resource", async () => {
  const { code, stdout, stderr } = await runCli(["poll", "once", "plugins/good/finds.ocelli-plugin"], here);
  expect(stdout).toMatch(/^RESOURCE +ENDPOINT .*\nsw-1 +10\.0\.0\.1 +network .*\nsw\/2 é +10\.0\.0\.2 /);
  expect(stderr).toMatch(/^success; 2 resources, complete, took /);
  expect(code).toBe(0);
});

test("an enrichment prints its facts", async () => {
  const { code, stdout } = await runCli(
    ["poll", "once", "demo-module.mjs", "--service", "enrichment", "--resource", resource],
    here,
  );
  expect(stdout).toBe('facts 0.1, holds for 60 s\n{\n  "name": "name of sw-1"\n}\n');
  expect(code).toBe(0);
});

const once = (mode: string, ...more: readonly string[]) => [
  "demo-module.mjs",
  "--resource",
  resource,
  "--setting",
  `demo.mode=${mode}`,
  ...more,
];

test.for([
  {
    why: "a device that refuses",
    args: once("fault"),
    code: 1,
    stdout: /^$/,
    stderr: /authentication: sw-1 refused the credentials; 0 metrics/,
  },
  {
    why: "a poll that came in part",
    args: once("partial"),
    code: 1,
    stdout: /^demo /,
    stderr: /partial: no disks; 3 metrics in 1 group/,
  },
  {
    why: "a module that does not answer in time",
    args: once("hang", "--timeout", "500ms"),
    code: 1,
    stdout: /^$/,
    stderr: /timeout: .*; 0 metrics/,
  },
  {
    why: "a module that ends while it polls",
    args: once("exit"),
    code: 1,
    stdout: /^$/,
    stderr: /internal: .*exited with code 3/,
  },
  {
    why: "a module that falls over at start",
    args: ["crash-at-start.mjs", "--resource", resource],
    code: 1,
    stdout: /^$/,
    stderr: /cannot be used: .*exited with code 1[\s\S]*reading the moon phase/,
  },
  {
    why: "a setting that is wrong",
    args: [...once("well"), "--setting", "demo.port=0"],
    code: 2,
    stdout: /^$/,
    stderr: /^--setting: \[demo\] port .*1/,
  },
  {
    why: "a setting that is none",
    args: [...once("well"), "--setting", "port"],
    code: 2,
    stdout: /^$/,
    stderr: /"port" is not section\.key=value/,
  },
  {
    why: "a plugin file that is wrong",
    args: ["plugins/bad/typo.ocelli-plugin"],
    code: 2,
    stdout: /^$/,
    stderr: /^plugins\/bad\/typo\.ocelli-plugin:11: /,
  },
  {
    why: "a file that is not there",
    args: ["nowhere.ocelli-plugin"],
    code: 2,
    stdout: /^$/,
    stderr: /^nowhere\.ocelli-plugin does not exist: /,
  },
  {
    why: "a secret that is missing",
    args: ["plugins/secret/reads-secret.ocelli-plugin", "--resource", resource],
    code: 2,
    stdout: /^$/,
    stderr: /:13: .*OCELLI_TEST_TOKEN is not set/,
  },
  {
    why: "a poll without a resource",
    args: ["plugins/good/polls.ocelli-plugin"],
    code: 2,
    stdout: /^$/,
    stderr: /polls needs a resource: --resource FILE, or/,
  },
  {
    why: "a discovery with a resource",
    args: ["plugins/good/finds.ocelli-plugin", "--resource", resource],
    code: 2,
    stdout: /^$/,
    stderr: /leave --resource out/,
  },
  {
    why: "a resource that is wrong",
    args: ["demo-module.mjs", "--resource", '{"id":""}'],
    code: 2,
    stdout: /^$/,
    stderr: /id is empty/,
  },
  {
    why: "two resources",
    args: ["demo-module.mjs", "--resource", '[{"id":"a"},{"id":"b"}]'],
    code: 2,
    stdout: /^$/,
    stderr: /is not one resource/,
  },
  { why: "a sink", args: [`${plugins}/jsonl`, "--resource", resource], code: 2, stdout: /^$/, stderr: /is a sink/ },
])("poll once of $why ends with $code", async ({ args, code, stdout, stderr }) => {
  const ended = await runCli(["poll", "once", ...args], here);
  expect(ended).toEqual({ code, stdout: expect.stringMatching(stdout), stderr: expect.stringMatching(stderr) });
});

test("what the plugin's filter leaves out is polled all the same, with a word", async () => {
  const other = ["poll", "once", "plugins/good/polls.ocelli-plugin", "--resource", '{"id":"x"}'];
  const { code, stderr } = await runCli(other, here);
  expect(stderr).toMatch(
    /^in a mesh it would not run against this resource: resource_filter = resource_class = "network" does not match\n/,
  );
  expect(code).toBe(0);
});

test("Ctrl-C ends a poll at once and leaves no module behind", async () => {
  const once = startCli(
    ["poll", "once", "demo-module.mjs", "--resource", resource, "--setting", "demo.mode=hang", "--logs"],
    here,
  );
  await once.said("polling");
  once.process.kill("SIGINT");
  const { code, stdout, stderr } = await once.ended;
  expect({ code, stdout }).toEqual({ code: 130, stdout: "" });
  const pid = Number(/"child":(\d+)/.exec(stderr)?.[1]);
  expect(pid).toBeGreaterThan(0);
  expect(() => process.kill(pid, 0)).toThrow("ESRCH");
});
