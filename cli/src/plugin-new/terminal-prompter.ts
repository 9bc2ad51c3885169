import { isCancel, multiselect, select, text } from "@clack/prompts";
import type { Choice, Prompter } from "./ask.js";

/** Asks on the terminal, on stderr: stdout stays data. */
export const terminalPrompter: Prompter = {
  async text(message, placeholder, problem) {
    const validate = (answer: string | undefined) => problem(answer ?? "");
    return orNothing<string>(await text({ message, placeholder, validate, output: process.stderr }));
  },
  async choose<T extends string>(message: string, choices: readonly Choice<T>[]) {
    // clack's type of an option depends on T, which is only known here as some text.
    const options = [...choices] as unknown as Parameters<typeof select<string>>[0]["options"];
    return orNothing(await select<string>({ message, options, output: process.stderr })) as T | undefined;
  },
  async chooseSome<T extends string>(message: string, choices: readonly Choice<T>[], usual: T) {
    const options = [...choices] as unknown as Parameters<typeof multiselect<string>>[0]["options"];
    const wish = { message: `${message} (space marks)`, options, initialValues: [usual as string], required: true };
    return orNothing(await multiselect<string>({ ...wish, output: process.stderr })) as T[] | undefined;
  },
};

function orNothing<T>(answer: T | symbol): T | undefined {
  return isCancel(answer) || typeof answer === "symbol" ? undefined : answer;
}
