import type { Diagnostic } from "@ocelli/proto/plugin";
import type { Case, Trial } from "../engine/case.js";
import { must, NotApplicable } from "../engine/verdict.js";
import { refusesUnknown, withWrong, wrongValues } from "../fixture/bad-settings.js";
import { failedCall } from "../wire/failed-call.js";
import { errorsOf, inWords, nextName } from "../work/worker.js";

const accepted: Case = {
  id: "settings/accepted",
  promise: "good settings are accepted, by ValidateConfig and by Configure",
  advice: "give settings of yours that are good as settings in conformance.json, and secrets by pointer as secrets",
  async run({ worker, fixture }) {
    const settings = worker.settings({ groups: 2, value: 0 });
    const secrets = worker.isProbe ? {} : fixture.secrets;
    const hidden = withWrong(
      settings,
      Object.keys(secrets).map((path) => ({ path, value: "***" })),
    );
    const validated = errorsOf((await worker.validate(hidden)).diagnostics);
    must(validated.length === 0, `ValidateConfig says ${inWords(validated)}`);
    const use = { plugin: nextName("accepted"), revision: "r1" };
    const applied = errorsOf((await worker.configureWith(use, settings, secrets)).diagnostics);
    must(applied.length === 0, `Configure says ${inWords(applied)}`);
    return "accepted";
  },
};

interface BadSettings {
  readonly settings: Readonly<Record<string, unknown>>;
  readonly paths: readonly string[];
}

/** Settings with several things wrong at once: of a probe, of the fixture, or made from the schema. */
function badSettings({ worker, module, fixture }: Trial): BadSettings {
  if (worker.isProbe) {
    return {
      settings: { probe: { groups: "many", value: 5000, fail: "sideways", wait_ms: -1 } },
      paths: ["/probe/groups", "/probe/value", "/probe/fail", "/probe/wait_ms"],
    };
  }
  const [given] = fixture.badSettings;
  if (given) return { settings: given.settings, paths: [given.path] };
  const wrong = wrongValues(module.description.settingsSchemaJson);
  if (wrong.length === 0) throw new NotApplicable("its schema names no plain key that could be wrong");
  return { settings: withWrong(worker.settings(), wrong), paths: wrong.map(({ path }) => path) };
}

function mustNameAll(diagnostics: readonly Diagnostic[], paths: readonly string[], who: string): void {
  const errors = errorsOf(diagnostics);
  const missing = paths.filter((path) => !errors.some((one) => one.path === path));
  const said = `${who} says ${inWords(diagnostics)}`;
  must(missing.length === 0, said, `an error at each of ${paths.join(", ")}, at once`);
  const mute = errors.filter(({ summary }) => summary.trim() === "");
  must(mute.length === 0, `${said}, and ${mute.length} of them without a summary`, "a sentence with each");
}

const allDiagnostics: Case = {
  id: "settings/all-diagnostics",
  promise: "wrong settings are refused with every problem at once, each with the JSON pointer of its place",
  advice: "collect all problems before you answer; path is a pointer such as /snmp/timeout_seconds",
  async run(trial) {
    const { worker, fixture } = trial;
    const { settings, paths } = badSettings(trial);
    mustNameAll((await worker.validate(settings)).diagnostics, paths, "ValidateConfig");
    const use = { plugin: nextName("refused"), revision: "r1" };
    mustNameAll((await worker.configureWith(use, settings)).diagnostics, paths, "Configure");
    for (const bad of fixture.badSettings) {
      mustNameAll((await worker.validate(bad.settings)).diagnostics, [bad.path], "ValidateConfig");
    }
    return `${paths.length} problems at once`;
  },
};

const unknownSection: Case = {
  id: "settings/unknown-section",
  promise: "a section or key that the module does not know is refused or warned of, with its pointer",
  advice: "name unknown sections and keys in a diagnostic: a typing error must not be silent",
  async run({ worker, module }) {
    const { settingsSchemaJson } = module.description;
    if (!worker.isProbe && !refusesUnknown(settingsSchemaJson)) {
      throw new NotApplicable("its schema takes any section");
    }
    const settings = withWrong(worker.settings(), [{ path: "/no_such_section/key", value: 1 }]);
    const { diagnostics } = await worker.validate(settings);
    const named = diagnostics.some(({ path }) => path.startsWith("/no_such_section"));
    must(named, `ValidateConfig says ${inWords(diagnostics)}`, "a diagnostic at /no_such_section");
    if (!worker.isProbe) return inWords(diagnostics);
    const keys = (await worker.validate({ probe: { no_such_key: 1 } })).diagnostics;
    must(
      keys.some(({ path }) => path.startsWith("/probe/no_such_key")),
      `ValidateConfig says ${inWords(keys)}`,
      "a diagnostic at /probe/no_such_key",
    );
    return inWords([...diagnostics, ...keys]);
  },
};

const brokenJson: Case = {
  id: "settings/not-json",
  promise:
    "settings that are no JSON object are refused with INVALID_ARGUMENT or a diagnostic, and nothing else happens",
  advice: "catch what your JSON parser throws: it is the caller's mistake, not an internal error",
  async run({ worker, module, timings }) {
    const seen: string[] = [];
    for (const settingsJson of ['{"a":', "[]", "null", ""]) {
      const request = { plugin: nextName("not-json"), revision: "r1", settingsJson };
      const said = await module.wire.plugin.configure(request, module.wire.options(timings.answerMs)).then(
        ({ diagnostics }) => (errorsOf(diagnostics).length > 0 ? "a diagnostic" : "no error at all"),
        (error: unknown) => failedCall(error).status,
      );
      // An empty text may stand for settings that say nothing.
      const fine = said === "INVALID_ARGUMENT" || said === "a diagnostic" || settingsJson === "";
      must(fine, `${JSON.stringify(settingsJson)} got ${said}`, "INVALID_ARGUMENT or an error among the diagnostics");
      seen.push(said);
    }
    await worker.validate(worker.settings());
    return seen.join(", ");
  },
};

export const settingsCases: readonly Case[] = [accepted, allDiagnostics, unknownSection, brokenJson];
export { badSettings };
