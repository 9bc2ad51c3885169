import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { vendorGo } from "./vendor-go.js";
import { vendorPy } from "./vendor-py.js";
import { vendorTs } from "./vendor-ts.js";

/** Where Ocelli itself lies: templates and SDKs come along with it. */
const root = fileURLToPath(new URL("../../..", import.meta.url));

export interface Language {
  readonly id: string;
  readonly title: string;
  /** Its folder below plugin-sdk. */
  readonly sdk: string;
  /** Puts the SDK into a project. */
  readonly vendor: (sdkRoot: string, projectDir: string) => Promise<void>;
  /** The program it needs, as it says its version, and from which one on. */
  readonly tool: { readonly argv: readonly [string, ...string[]]; readonly least: string; readonly get: string };
  /** From the project's folder on: makes a project of this name ready, and runs its tests. */
  readonly firstCommand: (name: string) => string;
}

export const languages: readonly Language[] = [
  {
    id: "ts",
    title: "TypeScript",
    sdk: "typescript",
    vendor: vendorTs,
    tool: { argv: ["npm", "--version"], least: "9", get: "install Node with npm from https://nodejs.org" },
    firstCommand: () => "npm install && npm test",
  },
  {
    id: "py",
    title: "Python",
    sdk: "python",
    vendor: vendorPy,
    tool: { argv: ["python3", "--version"], least: "3.9", get: "install Python from https://www.python.org" },
    firstCommand: () =>
      "python3 -m venv .venv && .venv/bin/pip install --quiet -r requirements-test.txt && .venv/bin/pytest --quiet",
  },
  {
    id: "go",
    title: "Go",
    sdk: "go",
    vendor: vendorGo,
    tool: { argv: ["go", "version"], least: "1.24", get: "install Go from https://go.dev/dl" },
    firstCommand: (name) => `go test ./... && go build -o bin/${name} .`,
  },
];

export const sdkRoot = ({ sdk }: Pick<Language, "sdk">): string => `${root}plugin-sdk/${sdk}`;

/** The folders of a language's template, shared first. */
export function templateFolders({ id }: Language): string[] {
  return ["shared", id].map((name) => `${root}cli/templates/${name}`).filter((folder) => existsSync(folder));
}
