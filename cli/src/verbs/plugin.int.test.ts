import { expect, test } from "vitest";
import { runCli } from "../testing/run-cli.js";

test.for([
  { why: "a verb that is misspelt", args: ["plugin", "docotr"], says: /Did you mean doctor\?/ },
  {
    why: "a verb of the mesh's plugins",
    args: ["plugin", "pause", "ping"],
    says: /^plugin has no pause; did you mean ocelli plugins pause ping\?\n$/,
  },
  {
    why: "a verb of an author's plugin",
    args: ["plugins", "new", "x", "--lang", "ts"],
    says: /^plugins has no new; did you mean ocelli plugin new x --lang ts\?\n$/,
  },
  { why: "no verb", args: ["plugin"], says: /Usage: ocelli plugin/ },
])("$why gets help", async ({ args, says }) => {
  expect(await runCli(args)).toEqual({ code: 2, stdout: "", stderr: expect.stringMatching(says) });
});
