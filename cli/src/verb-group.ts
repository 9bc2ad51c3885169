import { nearest } from "@ocelli/model";
import { Command } from "commander";
import { Exit, exitCodes } from "./exit-codes.js";

/** A verb with verbs of its own, of which one is meant where none is named: `ocelli plugins` lists. */
export function verbGroup(name: string, description: string, usual: Command, others: readonly Command[]): Command {
  const group = new Command(name).description(description);
  const names = [usual, ...others].map((verb) => verb.name());
  // What is no verb of the group lands with the usual one, as words too many.
  usual.allowExcessArguments(true).hook("preAction", (verb) => {
    const unknown = verb.args[verb.registeredArguments.length];
    if (unknown === undefined) return;
    const near = nearest(unknown, names);
    const hint = near === undefined ? `there are ${names.join(", ")}` : `did you mean ${near}?`;
    throw new Exit(exitCodes.usage, `unknown command '${unknown}' of ${name}; ${hint}`);
  });
  group.addCommand(usual, { isDefault: true });
  for (const verb of others) group.addCommand(verb);
  return group;
}

/** Verbs that people look for here and that belong to another group: each says where it is. They are not in the help. */
export function elsewhere(group: Command, other: string, verbs: readonly string[]): Command {
  for (const verb of verbs) {
    const pointer = new Command(verb).helpOption(false).allowUnknownOption().allowExcessArguments();
    pointer.argument("[words...]").action((words: readonly string[]) => {
      const meant = ["ocelli", other, verb, ...words].join(" ");
      throw new Exit(exitCodes.usage, `${group.name()} has no ${verb}; did you mean ${meant}?`);
    });
    group.addCommand(pointer, { hidden: true });
  }
  return group;
}
