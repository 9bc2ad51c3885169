import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readSubject, wordsOf } from "./subject.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "ocelli-subject-"));
  await mkdir(join(folder, "dist"));
  await writeFile(join(folder, "package.json"), '{"main": "dist/main.js"}');
  await writeFile(join(folder, "dist/main.js"), "");
});
afterAll(() => rm(folder, { recursive: true }));

test.for([
  { text: "node main.js", words: ["node", "main.js"] },
  { text: ` node  "a b" 'c "d"' e"f g"h `, words: ["node", "a b", 'c "d"', "ef gh"] },
  { text: "", words: [] },
])("$text has the words a shell sees", ({ text, words }) => expect(wordsOf(text)).toEqual(words));

test("a folder is started as a host starts it, and is where conformance.json is looked for", async () => {
  const subject = await readSubject(folder);
  expect(subject).toMatchObject({
    kind: "command",
    folder,
    command: { argv: [process.execPath, join(folder, "dist/main.js")] },
  });
});

test("a file with arguments is started with them", async () => {
  const subject = await readSubject(`${join(folder, "dist/main.js")} one "two three"`);
  expect(subject).toMatchObject({ command: { argv: [process.execPath, expect.anything(), "one", "two three"] } });
});

test("a program of the PATH is found, and its script tells the folder", async () => {
  const subject = await readSubject(`node ${join(folder, "dist/main.js")}`);
  expect(subject).toMatchObject({
    kind: "command",
    folder: join(folder, "dist"),
    command: { directory: process.cwd() },
  });
});

test.for(["127.0.0.1:7400", "localhost:1", "[::1]:7400"])("%s is an endpoint", async (text) => {
  expect(await readSubject(text)).toEqual({ kind: "endpoint", target: text, title: text });
});

test.for([
  { text: "", says: /name a module/ },
  { text: "no-such-program --x", says: /no program no-such-program on the PATH/ },
  { text: "./no/such/file.js", says: /no\/such\/file\.js does not exist/ },
])("$text is refused in a sentence", async ({ text, says }) => {
  await expect(readSubject(text)).rejects.toThrow(says);
});
