import type { Kind } from "@ocelli/model";
import type { Case, Trial } from "../engine/case.js";
import { must } from "../engine/verdict.js";
import { failedCall, inWords } from "../wire/failed-call.js";
import { callAny } from "../work/any-call.js";
import { errorsOf, nextName, type Use } from "../work/worker.js";
import { foundValue, mustEndWell, outcomeOf, pause } from "./answers.js";
import { statusOfUnknown } from "./describe.js";
import { badSettings } from "./settings.js";

/** What the one item service of the trial finds under these settings. */
async function valueUnder(trial: Trial, use: Use): Promise<number> {
  return foundValue(await trial.worker.one(trial.itemService(), use));
}

/** Work under these settings has to be taken; for modules without knobs that is all that can be seen. */
async function mustWork(trial: Trial, use: Use, why: string): Promise<void> {
  const error = await callAny(trial.worker, trial.mainService(), use, { timeoutMs: trial.timings.answerMs });
  if (error !== undefined) must(false, `${why}: ${inWords(failedCall(error))}`);
}

const unknownRevision: Case = {
  id: "settings/unknown-revision",
  promise: "work for a plugin or a revision that the module was not given is refused with FAILED_PRECONDITION",
  advice: "look plugin and revision of every run up before you work, and end the call with FAILED_PRECONDITION",
  needs: ["describe/services"],
  async run(trial) {
    const use = await trial.worker.configure();
    const kinds: Kind[] = [...trial.services];
    for (const kind of kinds) {
      const stranger = await statusOfUnknown(trial, kind);
      must(stranger === "FAILED_PRECONDITION", `${kind} for an unknown plugin got ${stranger}`);
      const older = await statusOfUnknown(trial, kind, use.plugin, "another");
      must(older === "FAILED_PRECONDITION", `${kind} at an unknown revision got ${older}`);
    }
    return kinds.join(", ");
  },
};

const validateOnly: Case = {
  id: "settings/validate-only",
  promise: "ValidateConfig looks and applies nothing",
  advice: "keep what ValidateConfig read to itself: only Configure changes what a plugin works with",
  async run(trial) {
    const { worker } = trial;
    const use = await worker.configure({ knobs: { value: 11 } });
    await worker.validate(worker.settings({ value: 12 }), use.plugin);
    if (!worker.isProbe) {
      await mustWork(trial, use, "after ValidateConfig the plugin does not work any more");
      return "the plugin goes on";
    }
    const value = await valueUnder(trial, use);
    must(value === 11, `after ValidateConfig with value 12 a run saw ${value}`, "11, as configured");
    return "it still saw 11";
  },
};

const refusedKeepsOld: Case = {
  id: "settings/refused-keeps-old",
  promise: "settings that are refused are not applied, and the plugin goes on with those it had",
  advice: "replace a plugin's settings only after all of them were found good",
  needs: ["settings/all-diagnostics", "settings/unknown-revision"],
  async run(trial) {
    const { worker } = trial;
    const use = await worker.configure({ knobs: { value: 21 } });
    const wrong = { plugin: use.plugin, revision: nextName("bad") };
    const { diagnostics } = await worker.configureWith(wrong, badSettings(trial).settings);
    must(errorsOf(diagnostics).length > 0, "Configure accepted settings that are wrong");
    const status = await statusOfUnknown(trial, trial.mainService(), wrong.plugin, wrong.revision);
    must(status === "FAILED_PRECONDITION", `work at the refused revision got ${status}`, "FAILED_PRECONDITION");
    if (!worker.isProbe) {
      await mustWork(trial, use, "the plugin stopped working at its old revision");
      return "the old settings hold";
    }
    const value = await valueUnder(trial, use);
    must(value === 21, `a run at the old revision saw ${value}`, "21, as configured before");
    return "the old settings hold";
  },
};

const newRevision: Case = {
  id: "settings/new-revision",
  promise: "new work sees new settings at once, while work that runs keeps those it began with",
  advice: "hand each run the settings of its own revision when it starts; do not read them from a shared place later",
  async run(trial) {
    const { worker, timings } = trial;
    if (!worker.isProbe) {
      const first = await worker.configure();
      const second = await worker.configure({ plugin: first.plugin });
      await mustWork(trial, second, "work at the newer revision was refused");
      return "work at the newer revision is taken";
    }
    const service = trial.itemService();
    const old = await worker.configure({ knobs: { value: 31, wait_ms: timings.runMs } });
    const running = worker.call(service, [worker.item(old, 1)]);
    await pause(timings.runMs / 4);
    const fresh = await worker.configure({ knobs: { value: 32 }, plugin: old.plugin });
    const now = foundValue(await worker.one(service, fresh));
    must(now === 32, `new work saw ${now}`, "32, as configured last");
    const before = foundValue(outcomeOf(await running, 1));
    must(before === 31, `work that was running saw ${before}`, "31, as it began");
    return "new work saw 32, running work 31";
  },
};

const instances: Case = {
  id: "settings/instances",
  promise: "one process serves several plugins, each with its own settings, at the same time",
  advice: "keep settings by plugin name, and nothing of them in globals",
  async run(trial) {
    const { worker } = trial;
    const uses = [
      await worker.configure({ knobs: { value: 41 } }),
      await worker.configure({ knobs: { value: 42 } }),
      await worker.configure({ knobs: { value: 43 } }),
    ];
    if (!worker.isProbe) {
      for (const use of uses) await mustWork(trial, use, `plugin ${use.plugin} does not work beside the others`);
      return "3 plugins work side by side";
    }
    const values = await Promise.all(uses.map((use) => valueUnder(trial, use)));
    must(values.join() === "41,42,43", `3 plugins with the values 41, 42, 43 saw ${values.join(", ")}`);
    return "each saw its own";
  },
};

const sameAgain: Case = {
  id: "settings/same-again",
  promise: "the same settings at the same revision may come again, at any time, and change nothing",
  advice: "answer a Configure that changes nothing with no diagnostics, and leave what runs alone",
  async run(trial) {
    const { worker, timings } = trial;
    const knobs = { value: 51, wait_ms: timings.runMs / 2 };
    const use = await worker.configure({ knobs });
    const kinds = trial.services;
    const service = kinds.has("polling") || kinds.has("enrichment") ? trial.itemService() : undefined;
    const running = service && worker.call(service, worker.items(use, 2));
    const secrets = worker.isProbe ? {} : worker.fixture.secrets;
    for (let i = 0; i < 3; i += 1) {
      const { diagnostics } = await worker.configureWith(use, worker.settings(knobs), secrets);
      must(errorsOf(diagnostics).length === 0, `the ${i + 2}. Configure was refused: ${diagnostics[0]?.summary}`);
    }
    if (running) {
      const call = await running;
      mustEndWell(call);
      for (const item of [1, 2]) outcomeOf(call, item);
    }
    await mustWork(trial, use, "after the same settings came again, work was refused");
    return "4 times the same";
  },
};

export const settingsAtWorkCases: readonly Case[] = [
  ...[unknownRevision, validateOnly, refusedKeepsOld, newRevision, instances, sameAgain],
];
