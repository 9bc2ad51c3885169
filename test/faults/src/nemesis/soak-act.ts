import { putFile } from "@ocelli/test-kit";
import { answers } from "../world/broker.js";
import { signalProcess } from "../world/marked-processes.js";
import { resourcesOf, type World } from "../world/world.js";
import type { PluginEditor } from "./plugin-editor.js";
import { pause, type Step } from "./schedule.js";
import type { Trouble } from "./soak-steps.js";

const slowShare = 0.9;
const share = 20;

/** Carries one trouble out, and undoes it. */
export async function soakAct(step: Step, world: World, editor: PluginEditor, signal: AbortSignal): Promise<void> {
  const { to = "", forMs = 0 } = step;
  const [name = "", ...rest] = to.split(" ");
  const number = Number(rest.at(-1) ?? 0);
  const does = step.does as Trouble; // steps of a soak hold nothing else
  switch (does) {
    case "kill":
      await kill(name, forMs, world, signal);
      break;
    case "freeze": {
      const service = world.service(name);
      service.freeze();
      await pause(forMs, signal).finally(() => service.thaw());
      break;
    }
    case "kill a module of": {
      const modules = world.service(name).modules();
      const pid = modules[number % modules.length];
      if (pid !== undefined) signalProcess(pid, "SIGKILL");
      break;
    }
    case "slow down":
    case "silence":
      await illDevices(does, number, forMs, world, signal);
      break;
    case "edit a plugin file":
      await editor.edit(true);
      break;
    case "edit a plugin file into something invalid":
      await editor.edit(false);
      break;
    case "find other resources": {
      const ghosts = Array.from({ length: number }, (_, i) => ({ id: `ghost-${i + 1}`, class: "ghost" }));
      await putFile(world.resourcesFile, JSON.stringify([...resourcesOf(world.devices), ...ghosts]));
      break;
    }
  }
}

async function kill(name: string, forMs: number, { broker, service }: World, signal: AbortSignal): Promise<void> {
  const victim = service(name);
  if (forMs === 0) {
    await victim.kill();
    return;
  }
  await victim.hold();
  await pause(forMs, signal).finally(() => victim.start());
  const port = broker.ports[broker.nodes.indexOf(victim)];
  if (port !== undefined) await answers(port, signal);
}

/** One device in twenty. */
async function illDevices(
  does: "slow down" | "silence",
  offset: number,
  forMs: number,
  { devices, load }: World,
  signal: AbortSignal,
): Promise<void> {
  const ids = devices.ids.filter((_, i) => i % share === offset % share);
  const { latencyMs, timeoutS } = load;
  const ill = does === "silence" ? { dead: true } : { latencyMs: slowShare * timeoutS * 1000 };
  devices.behave({ devices: ids, ...ill });
  await pause(forMs, signal).finally(() => devices.behave({ devices: ids, latencyMs, dead: false }));
}
