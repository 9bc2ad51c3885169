// The contracts: linted, formatted, compatible with what is released on main, and generated code that fits them.
//   node proto/check.mjs
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generate, languages, root, run as runIn, stubsIn } from "./languages.mjs";

const work = mkdtempSync(join(tmpdir(), "ocelli-proto-"));

const run = (command, ...args) => runIn(command, args);

/** The commit to compare with: where this line of work left main; on main itself what was committed before. */
function earlierCommit() {
  const commit = (name) => {
    const found = run("git", "rev-parse", "--verify", "--quiet", `${name}^{commit}`);
    return found.ok ? found.output : undefined;
  };
  const head = commit("HEAD");
  if (!head) return undefined;
  const main = commit("main") ?? commit("origin/main");
  const fork = main && run("git", "merge-base", head, main);
  if (fork?.ok && fork.output !== head) return fork.output;
  const changed = run("git", "status", "--porcelain", "--", "proto/ocelli").output !== "";
  return changed ? head : commit("HEAD^");
}

function breaking() {
  const commit = earlierCommit();
  if (!commit) return { ok: true, output: "no earlier commit here: nothing to compare with" };
  if (run("git", "ls-tree", "--name-only", commit, "buf.yaml", "proto/ocelli").output.split("\n").length < 2) {
    return { ok: true, output: `${commit.slice(0, 10)} has no contracts: nothing to compare with` };
  }
  // An archive, because a clone may be shallow and a bare hash cannot be fetched from it.
  const tar = join(work, "before.tar");
  for (const step of [
    ["git", "archive", "--output", tar, commit, "buf.yaml", "proto/ocelli"],
    ["tar", "-xf", tar, "-C", work],
  ]) {
    const done = run(...step);
    if (!done.ok) return done;
  }
  const compared = run("buf", "breaking", "--against", work);
  return compared.ok ? { ok: true, output: `compared with ${commit.slice(0, 10)}` } : compared;
}

/** Whether the stubs of a language are what the contracts give. A language whose tools are missing is not checked, and says so. */
function stubs(language) {
  const { env, missing } = language.tools({ install: Boolean(process.env.CI) });
  if (missing) return { ok: true, word: "NOT CHECKED", output: missing };
  const made = generate(language, env, join(work, language.name));
  if (!made.ok) return made;
  const now = stubsIn(join(root, language.folder), language.isStub);
  const fresh = stubsIn(join(work, language.name, language.folder), language.isStub);
  const differing = [...new Set([...now.keys(), ...fresh.keys()])].filter((file) => now.get(file) !== fresh.get(file));
  if (differing.length === 0) return { ok: fresh.size > 0, output: `${fresh.size} files` };
  return {
    ok: false,
    output: `${language.folder} is not what the contracts give: run "npm run proto".\n${differing.join("\n")}`,
  };
}

const checks = {
  lint: () => run("buf", "lint"),
  format: () => run("buf", "format", "--diff", "--exit-code"),
  breaking,
  ...Object.fromEntries(languages.map((language) => [`stubs in ${language.name}`, () => stubs(language)])),
};

let failed = false;
try {
  for (const [name, check] of Object.entries(checks)) {
    const { ok, output, word = ok ? "ok" : "FAILED" } = check();
    failed ||= !ok;
    process.stdout.write(`contracts: ${name} ${word}${output ? `${ok ? ", " : "\n"}${output}` : ""}\n`);
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}
process.exitCode = failed ? 1 : 0;
