import { type Kind, kinds, nearest } from "@ocelli/model";
import { type ModuleCheck, resolveModule } from "./module-path.js";
import { inAnyCase } from "./own-names.js";
import type { OwnReader } from "./read-own.js";

/** A name becomes part of subjects and keys. */
export const pluginNameMaxBytes = 128;

export interface Core {
  /** Undefined where it is missing or wrong. */
  readonly name: string | undefined;
  readonly nameLine: number;
  readonly module: string | undefined;
  readonly service: Kind | undefined;
}

export function readCore(reader: OwnReader, file: string, check: ModuleCheck): Core {
  const nameEntry = reader.mandatory("Core", "Name");
  const wrongName = nameEntry && nameProblem(nameEntry.value);
  if (nameEntry && wrongName) reader.problem(nameEntry.line, wrongName);
  const moduleEntry = reader.mandatory("Core", "Module");
  const module = moduleEntry && resolveModule(moduleEntry.value, file, check);
  if (moduleEntry && module && "wrong" in module) reader.problem(moduleEntry.line, module.wrong);
  return {
    name: wrongName ? undefined : nameEntry?.value,
    nameLine: nameEntry?.line ?? 0,
    module: module && "module" in module ? module.module : undefined,
    service: readService(reader),
  };
}

function nameProblem(name: string): string | undefined {
  const bytes = Buffer.byteLength(name);
  if (name.trim() === "") return "Name is empty";
  if (bytes > pluginNameMaxBytes) return `Name is ${bytes} bytes long; at most ${pluginNameMaxBytes} are taken`;
  if (name !== name.trim() || /\p{Cc}/u.test(name)) return "Name has white space around it or control characters in it";
  return undefined;
}

function readService(reader: OwnReader): Kind | undefined {
  const entry = reader.optional("Core", "Service");
  if (!entry) return undefined;
  const kind = inAnyCase(entry.value, kinds);
  if (kind) return kind;
  const right = nearest(entry.value, kinds);
  const hint = right ? `, did you mean "${right}"?` : `; there are ${kinds.join(", ")}`;
  return reader.problem(entry.line, `unknown Service "${entry.value}"${hint}`);
}
