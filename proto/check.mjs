// The contracts: linted, formatted, compatible with what is released on main, and generated code that fits them.
//   node proto/check.mjs
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const env = { ...process.env, PATH: `${join(root, "node_modules/.bin")}${delimiter}${process.env.PATH ?? ""}` };
const work = mkdtempSync(join(tmpdir(), "ocelli-proto-"));

/** Runs a command and gives its exit code and output. */
function run(command, ...args) {
  const ended = spawnSync(command, args, { cwd: root, env, encoding: "utf8", shell: process.platform === "win32" });
  if (ended.error) throw ended.error;
  return { ok: ended.status === 0, output: `${ended.stdout}${ended.stderr}`.trim() };
}

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

function generated() {
  const made = run("buf", "generate", "--output", join(work, "generated"));
  if (!made.ok) return made;
  const [now, fresh] = [filesIn(join(root, "proto/gen")), filesIn(join(work, "generated/proto/gen"))];
  const differing = [...new Set([...now.keys(), ...fresh.keys()])].filter((file) => now.get(file) !== fresh.get(file));
  if (differing.length === 0) return { ok: fresh.size > 0, output: `${fresh.size} files` };
  return {
    ok: false,
    output: `proto/gen is not what the contracts give: run "npm run proto".\n${differing.join("\n")}`,
  };
}

/** Every file below a folder: its path from there → its text. */
function filesIn(dir) {
  const entries = readdirSync(dir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    entries.map(({ parentPath, path, name }) => {
      const file = join(parentPath ?? path, name);
      return [relative(dir, file), readFileSync(file, "utf8")];
    }),
  );
}

const checks = {
  lint: () => run("buf", "lint"),
  format: () => run("buf", "format", "--diff", "--exit-code"),
  breaking,
  generated,
};

let failed = false;
try {
  for (const [name, check] of Object.entries(checks)) {
    const { ok, output } = check();
    failed ||= !ok;
    process.stdout.write(`contracts: ${name} ${ok ? "ok" : "FAILED"}${output ? `${ok ? ", " : "\n"}${output}` : ""}\n`);
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}
process.exitCode = failed ? 1 : 0;
