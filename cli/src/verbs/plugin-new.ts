import { resolve } from "node:path";
import { type Kind, kinds, nearest } from "@ocelli/model";
import { version } from "@ocelli/runtime";
import { Command, Option } from "commander";
import { contextOf } from "../context.js";
import { shownPath } from "../display/path.js";
import { Exit, exitCodes } from "../exit-codes.js";
import { printOne, say } from "../output.js";
import { type Answers, askForRest, type Said } from "../plugin-new/ask.js";
import { type Language, languages, sdkRoot, templateFolders } from "../plugin-new/languages.js";
import { nameProblem } from "../plugin-new/project-name.js";
import { renderTemplate } from "../plugin-new/render-template.js";
import { toolProblem } from "../plugin-new/toolchain.js";
import { folderProblem, writeProject } from "../plugin-new/write-project.js";

interface NewOptions {
  readonly lang?: string;
  readonly service?: readonly Kind[];
  readonly dir?: string;
}

const ids = languages.map(({ id }) => id);

export function pluginNewCommand(): Command {
  return new Command("new")
    .description("write a plugin of your own, with its test, ready to run")
    .argument("[name]", "such as my-plugin")
    .option("--lang <language>", `${ids.join(", ")}`)
    .addOption(
      new Option("--service <kinds...>", "what it does; polling and discovery where it is not said").choices(kinds),
    )
    .option("--dir <dir>", "where to write it; a folder of its name where it is not said")
    .action(async (name: string | undefined, options: NewOptions, command: Command) => {
      const { format } = contextOf(command);
      const answers = await answersTo(name, options);
      const folder = resolve(options.dir ?? answers.name);
      refuseWhere(await folderProblem(folder));
      const missing = await toolProblem(answers.language);
      const files = await renderTemplate(templateFolders(answers.language), { ...answers, version });
      await writeProject(folder, files, (dir) => answers.language.vendor(sdkRoot(answers.language), dir));
      if (missing !== undefined) say(`${missing}. The project is written all the same.`);
      const next = [
        `cd ${quoted(shownPath(folder))}`,
        answers.language.firstCommand(answers.name),
        "ocelli plugin run .",
      ];
      const { language, services } = answers;
      const about = { name: answers.name, language: language.id, services, folder, next, missing: missing ?? null };
      const head = `${answers.name} (${language.title}, ${services.join(", ")}) is in ${shownPath(folder)}. Next:`;
      printOne(about, [head, "", ...next.map((line) => `  ${line}`)], format);
    });
}

async function answersTo(name: string | undefined, { lang, service = [] }: NewOptions): Promise<Answers> {
  const said: Said = { name, language: languageOf(lang), services: [...new Set(service)] };
  if (name !== undefined) refuseWhere(nameProblem(name));
  const { language, services } = said;
  if (name !== undefined && language) {
    return { name, language, services: services.length > 0 ? services : usual };
  }
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    const lacks = [
      ...(name === undefined ? ["a name"] : []),
      ...(language ? [] : [`--lang, one of ${ids.join(", ")}`]),
    ];
    throw new Exit(
      exitCodes.usage,
      `plugin new needs ${lacks.join(" and ")}: ocelli plugin new my-plugin --lang ${ids[0]}`,
    );
  }
  const { terminalPrompter } = await import("../plugin-new/terminal-prompter.js");
  const answers = await askForRest(said, languages, terminalPrompter);
  if (!answers) throw new Exit(exitCodes.interrupted, "nothing was written");
  return answers;
}

/** A poller alone would have nothing to poll in a mesh of its own. */
const usual: readonly Kind[] = ["polling", "discovery"];

const alias: Readonly<Record<string, string>> = {
  typescript: "ts",
  javascript: "ts",
  js: "ts",
  python: "py",
  golang: "go",
};

function languageOf(lang: string | undefined): Language | undefined {
  if (lang === undefined) return undefined;
  const wanted = lang.toLowerCase();
  const found = languages.find(({ id }) => id === (alias[wanted] ?? wanted));
  if (found) return found;
  const near = nearest(wanted, [...ids, ...Object.keys(alias)]);
  const hint = near === undefined ? `there are ${ids.join(", ")}` : `did you mean ${alias[near] ?? near}?`;
  const other = `Any other language works too, by plain gRPC or as a program: see docs/write-a-plugin.md`;
  throw new Exit(exitCodes.usage, `no template for the language "${lang}"; ${hint}\n${other}`);
}

function refuseWhere(problem: string | undefined): void {
  if (problem !== undefined) throw new Exit(exitCodes.usage, problem);
}

/** As a shell takes it. */
function quoted(path: string): string {
  return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
