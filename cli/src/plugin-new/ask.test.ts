import { expect, test } from "vitest";
import { askForRest, type Prompter, type Said } from "./ask.js";
import { languages } from "./languages.js";

/** A person who answers so, and what they were asked. */
function person(answers: {
  readonly name?: string;
  readonly language?: string;
  readonly services?: readonly string[];
}) {
  const asked: string[] = [];
  const prompter: Prompter = {
    async text(question) {
      asked.push(question);
      return answers.name;
    },
    async choose(question, choices) {
      asked.push(question);
      return choices.find(({ value }) => value === answers.language)?.value;
    },
    async chooseSome(question, choices) {
      asked.push(question);
      return answers.services && choices.map(({ value }) => value).filter((one) => answers.services?.includes(one));
    },
  };
  return { asked, prompter };
}

const nothing: Said = { name: undefined, language: undefined, services: [] };
const [ts] = languages;

test("who said nothing is asked for name, language and services", async () => {
  const { asked, prompter } = person({ name: "mine", language: "ts", services: ["sink"] });
  expect(await askForRest(nothing, languages, prompter)).toEqual({ name: "mine", language: ts, services: ["sink"] });
  expect(asked).toEqual(["What is it called?", "Which language?", "What does it do?"]);
});

test("what was said is not asked again", async () => {
  const { asked, prompter } = person({ name: "mine" });
  const said: Said = { name: undefined, language: ts, services: ["polling"] };
  expect(await askForRest(said, languages, prompter)).toEqual({ name: "mine", language: ts, services: ["polling"] });
  expect(asked).toEqual(["What is it called?"]);
});

test.for([
  { why: "at the name", answers: {} },
  { why: "at the language", answers: { name: "mine" } },
  { why: "at the services", answers: { name: "mine", language: "ts" } },
])("who stops $why gets nothing", async ({ answers }) => {
  expect(await askForRest(nothing, languages, person(answers).prompter)).toBeUndefined();
});
