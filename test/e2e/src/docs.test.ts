import { readdirSync } from "node:fs";
import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { followPage, missingLine, parsePage, readPage } from "./world/doc-page.js";
import { root } from "./world/paths.js";
import { ocelli } from "./world/run.js";
import { temporaryDirectory } from "./world/temporary-directory.js";
import { missingTools } from "./world/toolchains.js";
import { userEnvironment } from "./world/user-shell.js";

/** Every page is copied and pasted, so that it stays true. */
const folder = root("docs/write-a-plugin");
const pages = readdirSync(folder).filter((name) => name.endsWith(".md"));

/** A block may install what a language needs, and compile it for the first time. */
const blockMs = 240_000;

describe("a page does what it says", () => {
  test.for(pages)("%s", { timeout: 600_000 }, async (name, ctx) => {
    const page = await readPage(join(folder, name));
    const missing = await missingTools(page.needs);
    if (missing !== undefined) ctx.skip(missing);
    const place = await temporaryDirectory();
    const copied = join(place, "page");
    await mkdir(copied);
    expect(page.blocks.length, "blocks that are copied").toBeGreaterThan(0);
    await followPage(page, copied, await userEnvironment(place), blockMs);
  });
});

test("README.md: its plugin of a few lines is polled", async () => {
  const text = await readFile(root("README.md"), "utf8");
  const code = /```js\n([\s\S]*?)```/.exec(text)?.[1] ?? "";
  const place = await temporaryDirectory();
  await symlink(root("node_modules"), join(place, "node_modules"));
  await writeFile(join(place, "greeter.mjs"), code);
  const ended = await ocelli(["poll", "once", join(place, "greeter.mjs"), "--resource", '{"id":"x"}']);
  expect(ended).toMatchObject({ code: 0, stdout: "greeter\n  greetings_total  counter  1\n" });
});

describe("what a page may say", () => {
  const fenced = (info: string, body: string): string => `\`\`\`${info}\n${body}\n\`\`\`\n`;

  test("blocks are copied by their info string, and others are left alone", () => {
    const text = `<!-- needs: node go -->\n# x\n${fenced("js file=a/b.js", "1")}${fenced("sh", "no")}${fenced("sh run", "ls")}${fenced("text output", "b")}`;
    expect(parsePage(text)).toEqual({
      needs: ["node", "go"],
      blocks: [
        { kind: "file", line: 3, path: "a/b.js", text: "1\n" },
        { kind: "run", line: 9, text: "ls\n" },
        { kind: "output", line: 12, text: "b\n" },
      ],
    });
  });

  test.for([
    { why: "a word that is none", text: fenced("sh rnu", "ls"), says: /line 1: "rnu" is none of/ },
    { why: "a file out of the folder", text: fenced("js file=../x", ""), says: /leads out of the folder/ },
    { why: "an output of nothing", text: fenced("text output", "x"), says: /output without a run/ },
    { why: "a block without an end", text: "```sh run\nls\n", says: /has no end/ },
  ])("$why is refused", ({ text, says }) => expect(() => parsePage(text)).toThrow(says));

  test.for([
    { why: "lines come in order", wanted: "a\n\nc\n", said: "a\nb\nc\n", missing: undefined },
    { why: "a line may stand inside another", wanted: "b", said: "abc", missing: undefined },
    { why: "… stands for anything", wanted: "took … ms", said: "took 12 ms", missing: undefined },
    { why: "another order is noticed", wanted: "b\na", said: "a\nb", missing: "a" },
    { why: "a line counts once", wanted: "a\na", said: "a", missing: "a" },
    { why: "what looks like a pattern is none", wanted: "a.c", said: "abc", missing: "a.c" },
  ])("$why", ({ wanted, said, missing }) => expect(missingLine(wanted, said)).toBe(missing));
});
