import { start } from "./bare/start.js";
import { isMutant } from "./mutants.js";

// Without a name it breaks nothing: the bare module that keeps every promise.
const [name = ""] = process.argv.slice(2);
if (name !== "" && !isMutant(name)) {
  process.stderr.write(`there is no mutant "${name}"\n`);
  process.exit(2);
}
await start((one) => one === name);
