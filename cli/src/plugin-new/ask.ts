import { type Kind, kinds } from "@ocelli/model";
import type { Language } from "./languages.js";
import { nameProblem } from "./project-name.js";

/** Asks a person. Each answer is undefined where they would rather stop. */
export interface Prompter {
  text(question: string, example: string, problem: (answer: string) => string | undefined): Promise<string | undefined>;
  choose<T extends string>(question: string, choices: readonly Choice<T>[]): Promise<T | undefined>;
  chooseSome<T extends string>(question: string, choices: readonly Choice<T>[], usual: T): Promise<T[] | undefined>;
}

export interface Choice<T extends string> {
  readonly value: T;
  readonly label: string;
  readonly hint?: string;
}

/** What the command line said; undefined or empty where it said nothing. */
export interface Said {
  readonly name: string | undefined;
  readonly language: Language | undefined;
  readonly services: readonly Kind[];
}

export interface Answers {
  readonly name: string;
  readonly language: Language;
  readonly services: readonly Kind[];
}

const whatTheyDo: Readonly<Record<Kind, string>> = {
  polling: "reads metrics of a resource",
  discovery: "finds resources",
  enrichment: "finds facts about a resource",
  sink: "delivers results elsewhere",
};

/** Asks for what the command line left open. Undefined where the person stopped. */
export async function askForRest(
  said: Said,
  languages: readonly Language[],
  prompter: Prompter,
): Promise<Answers | undefined> {
  const name = said.name ?? (await prompter.text("What is it called?", "my-plugin", nameProblem));
  if (name === undefined) return undefined;
  const byId = languages.map(({ id, title }) => ({ value: id, label: title }));
  const id = said.language?.id ?? (await prompter.choose("Which language?", byId));
  const language = languages.find((one) => one.id === id);
  if (!language) return undefined;
  const choices = [...kinds]
    .toSorted((a, b) => Number(b === "polling") - Number(a === "polling"))
    .map((kind) => ({ value: kind, label: kind, hint: whatTheyDo[kind] }));
  const services =
    said.services.length > 0 ? said.services : await prompter.chooseSome("What does it do?", choices, "polling");
  return services && services.length > 0 ? { name, language, services } : undefined;
}
