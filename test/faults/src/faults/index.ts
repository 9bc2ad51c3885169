import type { Fault } from "../run/fault.js";
import { agentCut } from "./agent-cut.js";
import { agentAndModulesFreeze, agentFreeze } from "./agent-freeze.js";
import { agentAndModulesKill, agentKill } from "./agent-kill.js";
import { baseline } from "./baseline.js";
import { brokerAndAgentsKill } from "./broker-and-agents-kill.js";
import { brokerFreeze, brokerKill } from "./broker-away.js";
import { claimKill } from "./claim-kill.js";
import { clockStepAgent, clockStepScheduler } from "./clock-step.js";
import { clusterLeaderKill, clusterNodeKill } from "./cluster-away.js";
import { discovery } from "./discovery.js";
import { herd } from "./herd.js";
import { moduleTrouble } from "./module-trouble.js";
import { pluginEdits } from "./plugin-edits.js";
import { checkBeforeLock, claimOff, race } from "./race.js";
import { schedulerFreeze, schedulerKill } from "./scheduler-away.js";
import { slowDevices } from "./slow-devices.js";

/** All faults, in the order they are run. The baseline is first; the sabotaged ones show that the suite can fail. */
export const faults: readonly Fault[] = [
  baseline,
  race,
  claimOff,
  checkBeforeLock,
  agentKill,
  agentAndModulesKill,
  agentFreeze,
  agentAndModulesFreeze,
  schedulerKill,
  schedulerFreeze,
  brokerKill,
  brokerFreeze,
  brokerAndAgentsKill,
  clusterNodeKill,
  clusterLeaderKill,
  agentCut,
  clockStepAgent,
  clockStepScheduler,
  moduleTrouble,
  slowDevices,
  herd,
  discovery,
  claimKill,
  pluginEdits,
];

/** What `--quick` runs: it fits in ten minutes. Each that is left out resembles one that is in it, or takes its time; `--only` has it
 *  in its short form as well. */
export const quickSet: readonly Fault[] = [
  baseline,
  race,
  claimOff,
  agentAndModulesKill,
  agentFreeze,
  schedulerKill,
  brokerKill,
  moduleTrouble,
  herd,
  discovery,
];
