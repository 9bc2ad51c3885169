import type { HandshakeResponse } from "@ocelli/proto/plugin";
import type { Case, Trial } from "../engine/case.js";
import { must } from "../engine/verdict.js";
import { kitLimits } from "../launch/running-module.js";
import { notOurs } from "./only.js";

const starts: Case = {
  id: "life/starts",
  promise: "the module comes up and shakes hands, whatever it prints while it does",
  advice:
    "as a child: read one line of JSON from stdin and serve on its socket; stand-alone: serve on OCELLI_MODULE_LISTEN",
  async run({ module }) {
    const { name, version, sdk, language } = module.identity;
    return `${name} ${version}${sdk === "" ? "" : `, ${sdk}`}${language === "" ? "" : `, ${language}`}`;
  },
};

const newerHost: Case = {
  id: "life/newer-host",
  promise: "a bootstrap line may say more than the module knows",
  advice: "ignore unknown keys of the bootstrap line, and protocol majors that you do not speak",
  only: { modes: ["child"], because: "only a child gets a bootstrap line" },
  async run(trial) {
    await secondStart(trial);
    return "ignored";
  },
};

/** What the module said of itself when it was started once more, as a child with a bootstrap line that says more. */
function secondStart(trial: Trial): Promise<HandshakeResponse> {
  return trial.once("second start", async () => {
    const more = { protocolMajors: [1, 2, 99], limits: { ...kitLimits, newLimit: 7 }, sandbox: { level: "none" } };
    const worker = await trial.fresh({ more });
    await worker.configure();
    return worker.module.identity;
  });
}

const newBootId: Case = {
  id: "life/new-boot-id",
  promise: "every start of the process has a boot id of its own, and describes itself under the same digest",
  advice: "make boot_id at random when the process starts; compute describe_digest from what Describe says",
  only: notOurs,
  needs: ["life/newer-host"],
  async run(trial) {
    const { identity } = trial.module;
    const second = await secondStart(trial);
    must(second.bootId !== identity.bootId, `two starts have the boot id ${identity.bootId}`);
    const same = second.describeDigest === identity.describeDigest;
    must(same, `the digest was ${identity.describeDigest} and is ${second.describeDigest}`);
    return `${identity.bootId}, ${second.bootId}`;
  },
};

const strayPrint: Case = {
  id: "life/stray-print",
  promise: "what the author's code prints to stdout does no harm",
  advice: "nothing of the protocol goes over stdout; let prints be lines of the log",
  async run(trial) {
    trial.needKnobs("print to stdout", "fail");
    const { worker } = trial;
    const use = await worker.configure({ knobs: { fail: "print" } });
    for (const service of trial.itemServices()) {
      const { fault } = await worker.one(service, use);
      must(fault === undefined, `beside a print it failed: ${fault?.message}`);
    }
    return "harmless";
  },
};

export const lifeCases: readonly Case[] = [starts, newerHost, newBootId, strayPrint];
