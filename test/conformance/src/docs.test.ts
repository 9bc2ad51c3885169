import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { withTables } from "./docs-tables.js";

const page = fileURLToPath(new URL("../../../docs/conformance.md", import.meta.url));

test("docs/conformance.md has every case and every mutant, in the words of the code", async () => {
  const text = await readFile(page, "utf8");
  if (process.env["OCELLI_WRITE_DOCS"] === "1") await writeFile(page, withTables(text));
  expect(await readFile(page, "utf8")).toBe(withTables(text));
});

test("a page that has lost the place of a table is refused", () => {
  expect(() => withTables("# Conformance")).toThrow(/lacks "<!-- begin: cases/);
});
