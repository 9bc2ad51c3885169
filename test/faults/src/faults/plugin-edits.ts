import { PluginEditor } from "../nemesis/plugin-editor.js";
import type { Dice } from "../nemesis/random.js";
import { pause, type Schedule } from "../nemesis/schedule.js";
import { atMost, type Bar, type Fault, type Judged, sumOf, unharmed } from "../run/fault.js";
import { type Load, type Size, usualLoad } from "../world/load.js";
import type { World } from "../world/world.js";

const load: Load = { ...usualLoad, devices: 100 };
const invalidEach = 10;
const words = { valid: "edit", invalid: "edit into something invalid", look: "look what came of it" } as const;
const editors = new WeakMap<World, PluginEditor>();

function editorOf(world: World): PluginEditor {
  const editor = editors.get(world) ?? new PluginEditor(world);
  editors.set(world, editor);
  return editor;
}

function schedule(dice: Dice, size: Size): Schedule {
  const edits = size === "quick" ? 20 : 200;
  const everyMs = size === "quick" ? 800 : 1_000;
  const steps = Array.from({ length: edits }, (_, i) => {
    const does: string = i % invalidEach === 4 ? words.invalid : words.valid;
    return { atMs: i * everyMs + dice.whole(0, 200), does };
  });
  // The last edits are valid, and have the time to be taken.
  steps.push({ atMs: edits * everyMs + 5_000, does: words.look });
  return { calmMs: 2_000, steps, quietMs: 2_000 };
}

function bars({ verdict, done, size }: Judged): Bar[] {
  const edits = size === "quick" ? 20 : 200;
  return [
    ...unharmed(verdict),
    atMost("M", verdict.M, 0),
    { text: `${edits} edits, one in ${invalidEach} invalid`, holds: sumOf(done, "edits") === edits },
    { text: "problems of invalid files are shown", holds: sumOf(done, "shown") > 0 },
    atMost("plugins that do not run with their newest valid file", sumOf(done, "behind"), 0),
    atMost("plugins that still show problems", sumOf(done, "troubled"), 0),
  ];
}

export const pluginEdits: Fault = {
  name: "plugin-edits",
  about: "plugin files are edited under load, one in ten into something invalid; other plugins share their module",
  load: () => load,
  schedule,
  async act({ does }, world, signal) {
    const editor = editorOf(world);
    if (does === words.look) return { behind: await editor.behind(), troubled: await editor.troubled() };
    await editor.edit(does === words.valid);
    if (does === words.valid) return { edits: 1 };
    // Until the next edit of that file there is time to see what the registry says of this one.
    for (const untilMs = performance.now() + 2_500; performance.now() < untilMs; ) {
      if ((await editor.troubled()) > 0) return { edits: 1, invalid: 1, shown: 1 };
      await pause(50, signal);
    }
    return { edits: 1, invalid: 1 };
  },
  bars,
  figures: ({ done }) => ({
    edits: sumOf(done, "edits"),
    invalid: sumOf(done, "invalid"),
    shown: sumOf(done, "shown"),
  }),
};
