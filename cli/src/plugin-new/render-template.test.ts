import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Kind } from "@ocelli/model";
import { parsePluginFile } from "@ocelli/plugin-file";
import { afterAll, beforeAll, expect, test } from "vitest";
import { languages, templateFolders } from "./languages.js";
import { renderTemplate } from "./render-template.js";

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "ocelli-template-"));
});
afterAll(() => rm(root, { recursive: true }));

async function template(name: string, files: Readonly<Record<string, string>>): Promise<string> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, name, path)), { recursive: true });
    await writeFile(join(root, name, path), text);
  }
  return join(root, name);
}

const wish = { name: "my-plugin", services: ["polling"] as const, version: "0.1.0" };

async function textsOf(folders: readonly string[], services: readonly Kind[] = ["polling"]) {
  const files = await renderTemplate(folders, { ...wish, services });
  return Object.fromEntries(files.map(({ path, bytes }) => [path, new TextDecoder().decode(bytes)]));
}

test("files are rendered or copied, named after the project, and left out where they come to nothing", async () => {
  const folder = await template("rules", {
    "a.txt.eta": "<%= it.name %> <%= it.identifier %> <%= it.services.join() %> <%= it.version %>",
    "b.txt": "<%= it.name %> as it is",
    "src/__identifier__/__name__.x.eta": "deep",
    "only-sink.txt.eta": "<% if (it.sink) { %>\nsink\n<% } %>\n",
  });
  expect(await textsOf([folder])).toEqual({
    "a.txt": "my-plugin my_plugin polling 0.1.0",
    "b.txt": "<%= it.name %> as it is",
    "src/my_plugin/my-plugin.x": "deep",
  });
});

test("the language's file wins over the shared one", async () => {
  const shared = await template("shared", { "x.json": "shared", "y.json": "shared" });
  const own = await template("own", { "x.json.eta": "own" });
  expect(await textsOf([shared, own])).toEqual({ "x.json": "own", "y.json": "shared" });
});

test("a run bit stays", async () => {
  const folder = await template("bits", { "run.sh": "#!/bin/sh", "read.txt": "" });
  await chmod(join(folder, "run.sh"), 0o755);
  const files = await renderTemplate([folder], wish);
  expect(files.map(({ path, runs }) => [path, runs])).toEqual([
    ["read.txt", false],
    ["run.sh", true],
  ]);
});

const everyMix: readonly (readonly Kind[])[] = [
  ["discovery"],
  ["enrichment"],
  ["polling"],
  ["sink"],
  ["polling", "discovery"],
  ["sink", "enrichment"],
  ["discovery", "enrichment", "polling", "sink"],
];

test.for(languages.flatMap((language) => everyMix.map((services) => ({ language, services, id: language.id }))))(
  "$id, $services: one plugin file each, and each is right but for the module that is to be built",
  async ({ language, services }) => {
    const texts = await textsOf(templateFolders(language), services);
    const files = Object.keys(texts).filter((path) => path.endsWith(".ocelli-plugin"));
    expect(files).toHaveLength(services.length);
    expect(files).toContain("my-plugin.ocelli-plugin");
    const specs = files.map((file) => {
      const parsed = parsePluginFile(texts[file] ?? "", join(root, file));
      expect(parsed).toMatchObject({ kind: "ok", warnings: [] });
      return parsed.kind === "ok" ? parsed.spec : undefined;
    });
    expect(specs.map((spec) => spec?.service).toSorted()).toEqual([...services].toSorted());
    for (const path of ["fixture.json", "conformance.json"]) expect(JSON.parse(texts[path] ?? "")).toBeTypeOf("object");
    for (const path of ["README.md", "Dockerfile", ".gitignore"]) expect(Object.keys(texts)).toContain(path);
    const left = Object.entries(texts).filter(([, text]) => /<%/.test(text));
    expect(left.map(([path]) => path)).toEqual([]);
  },
);
