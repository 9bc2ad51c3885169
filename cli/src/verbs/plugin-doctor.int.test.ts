import { expect, test } from "vitest";
import { ends, testdata } from "../testing/ends.js";
import { runCli } from "../testing/run-cli.js";

const here = { cwd: testdata };

ends("doctor", [
  {
    why: "a module that is well",
    args: ["demo-module.mjs"],
    code: 0,
    stdout: /ok {3}handshake {4}demo 1\.2\.3 [\s\S]*ok {3}end {10}it ends by itself/,
    stderr: /^It starts and answers\.\n$/,
  },
  {
    why: "a plugin file that is right",
    args: ["plugins/good/polls.ocelli-plugin"],
    code: 0,
    stdout: /ok {3}plugin file {2}polls[\s\S]*ok {3}settings {5}accepted/,
  },
  { why: "a path that is nowhere", args: ["nowhere"], code: 1, stdout: /^bad {2}path +nowhere does not exist/ },
  {
    why: "a plugin file with a slip",
    args: ["plugins/bad/typo.ocelli-plugin"],
    code: 1,
    stdout: /bad {2}plugin file .*did you mean "execute_frequency"\?/,
  },
  {
    why: "settings that the module refuses",
    args: ["plugins/bad/settings.ocelli-plugin"],
    code: 1,
    stdout: /bad {2}settings .*65535/,
  },
  {
    why: "a module that falls over",
    args: ["crash-at-start.mjs"],
    code: 1,
    stdout: /bad {2}start .*exited with code 1[\s\S]*the moon is not full/,
  },
  {
    why: "a module that just ends",
    args: ["sick/ends.mjs"],
    code: 1,
    stdout: /exited with code 0 before it answered\n.*→ The program came to its end: call serve/,
  },
  {
    why: "a Python module without its packages",
    args: ["sick/no-python"],
    code: 1,
    stdout:
      /No module named[\s\S]*→ In \S+no-python: python3 -m venv \.venv && \.venv\/bin\/pip install a_package_that_nobody_has/,
  },
  {
    why: "Go that is not built",
    args: ["sick/unbuilt-go"],
    code: 1,
    stdout: /bad {2}command .*run go build -o bin\/unbuilt-go \. there/,
  },
  {
    why: "TypeScript that is not built",
    args: ["sick/unbuilt-ts"],
    code: 1,
    stdout: /bad {2}command .*not built: run npm run build/,
  },
  { why: "a newer protocol", args: ["sick/newer.mjs"], code: 1, stdout: /bad {2}handshake .*upgrade Ocelli/ },
  {
    why: "a module that prints",
    args: ["sick/prints.mjs"],
    code: 0,
    stdout: /odd {2}stdout +it prints to stdout \(1 lines\):\n.*starting up[\s\S]*harmless/,
    stderr: /see what is odd/,
  },
  {
    why: "a module that does not serve what it describes, and never ends",
    args: ["sick/promises.mjs"],
    code: 1,
    stdout:
      /bad {2}services +it describes polling, and does not serve it[\s\S]*bad {2}end +told to end, it was ended by SIGTERM/,
  },
]);

test("for programs it says the same as JSON", async () => {
  const { code, stdout } = await runCli(["-o", "json", "plugin", "doctor", "sick/ends.mjs"], here);
  expect(JSON.parse(stdout)).toMatchObject({ ok: false, steps: [{}, {}, { step: "start", state: "bad" }] });
  expect(code).toBe(1);
});
