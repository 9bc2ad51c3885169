// Makes the stubs of every language whose tools are here, and says which were left alone.
//   node proto/generate.mjs [LANGUAGE…]
import { generate, languages } from "./languages.mjs";

const wanted = process.argv.slice(2);
let failed = false;
for (const language of languages) {
  if (wanted.length > 0 && !wanted.includes(language.name)) continue;
  const { env, missing } = language.tools({ install: true });
  if (missing) {
    process.stdout.write(`contracts: ${language.name} left alone, ${missing}\n`);
    continue;
  }
  const { ok, output } = generate(language, env);
  failed ||= !ok;
  process.stdout.write(`contracts: ${language.name} ${ok ? `made in ${language.folder}` : `FAILED\n${output}`}\n`);
}
process.exitCode = failed ? 1 : 0;
