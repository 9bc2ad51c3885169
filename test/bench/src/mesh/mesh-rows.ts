import { Dishonest, type Row, type RowContext, type RowMaker } from "../row.js";
import { rowOfWindows } from "../row-of-windows.js";
import { keepsUp, measuredOf, type Offered, ramp, settle, warmUp, watchOffered } from "./offered-rate.js";
import { startWorld, type World, type WorldOptions } from "./world.js";

type WithWorld = (world: World, context: RowContext) => Promise<readonly Row[]>;

const raw = { poller: "raw-poller", sink: "raw-sink" } as const;
const single: WorldOptions = { frequencyS: 5, partitions: 1, servers: 1, ...raw };
const triesBelow = 6;
const triesAbove = 5;
/** At which the cost per run is compared for more and fewer pairs. */
const scaleRate = 2_500;

/** The mesh: at its highest rate and below, with modules made by the SDK, on three servers, and with more pairs at one rate. */
export const meshRows: readonly RowMaker[] = [
  { name: "mesh", make: (context) => inWorld(single, context, highestRateRows("mesh", true)) },
  {
    name: "mesh-sdk",
    make: (context) =>
      inWorld({ ...single, poller: "sdk-poller", sink: "sdk-sink" }, context, highestRateRows("mesh-sdk", false)),
  },
  {
    name: "mesh-r3",
    make: (context) => inWorld({ ...single, servers: 3 }, context, highestRateRows("mesh-r3", false)),
  },
  pairsRow("mesh-10k", 10_000),
  pairsRow("mesh-100k", 100_000),
  pairsRow("mesh-1m", 1_000_000),
];

function pairsRow(name: string, pairs: number): RowMaker {
  const perS = (context: RowContext): number => context.rate ?? scaleRate;
  return {
    name,
    long: pairs > 500_000,
    make: (context) =>
      inWorld({ ...single, frequencyS: Math.ceil(pairs / perS(context)) }, context, async (world) => [
        await atRate(name, world, pairs / world.options.frequencyS, context),
      ]),
  };
}

async function inWorld(options: WorldOptions, context: RowContext, rows: WithWorld): Promise<readonly Row[]> {
  const world = await startWorld(options, context);
  try {
    await warmUp(world, context);
    return await rows(world, context);
  } finally {
    await world.stop();
  }
}

/** Searches the highest rate that is kept up, or takes the one that was asked for, and measures there. */
function highestRateRows(name: string, alsoBelow: boolean): WithWorld {
  return async (world, context) => {
    if (context.rate !== null) return [await atRate(name, world, context.rate, context)];
    const highest = await highestKept(world, context);
    const rows = [await rowOf(name, world, highest, context)];
    if (!alsoBelow) return rows;
    for (const percent of [90, 50]) {
      rows.push(await atRate(`${name}-${percent}`, world, (highest.perS * percent) / 100, context));
    }
    return rows;
  };
}

/** The highest rate at which every window keeps up: from the last one that was followed on the way up, in small steps downwards until
 *  one is kept for long, then upwards. What an overload completes for a moment says little: slots that piled up run together. */
async function highestKept(world: World, context: RowContext): Promise<Offered> {
  let perS = Math.round((await ramp(world, context)) / 100) * 100;
  let kept: Offered | undefined;
  for (let tries = 0; tries < triesBelow && !kept; tries += 1) {
    kept = await keptAt(world, perS, context);
    if (!kept) perS = stepped(perS, 0.95);
  }
  if (!kept) throw new Dishonest(`no rate down to ${perS} slots per second was kept up for ${context.windows} windows`);
  for (let tries = 0; tries < triesAbove; tries += 1) {
    const more = await keptAt(world, stepped(kept.perS, 1.05), context);
    if (!more) break;
    kept = more;
  }
  return kept;
}

/** What was measured at a rate; undefined where it is not kept up. */
async function keptAt(world: World, perS: number, context: RowContext): Promise<Offered | undefined> {
  if (await settle(world, perS, context)) {
    const offered = await watchOffered(world, perS, context);
    if (keepsUp(offered.windows, perS)) return offered;
  }
  context.log(`${perS} slots per second are not kept up`);
  return undefined;
}

function stepped(perS: number, factor: number): number {
  return Math.round((perS * factor) / 100) * 100;
}

/** Measures at one rate. A rate that was asked for by hand is measured kept up or not: then the figures are what an overload
 *  completes. Any other that is not kept up gives no figures. */
async function atRate(name: string, world: World, perS: number, context: RowContext): Promise<Row> {
  const settled = await settle(world, perS, context);
  const offered = await watchOffered(world, perS, context);
  if (context.rate === null && !(settled && keepsUp(offered.windows, perS))) {
    throw new Dishonest(`${name}: ${Math.round(perS)} slots per second were not kept up`);
  }
  return await rowOf(name, world, offered, context);
}

async function rowOf(name: string, world: World, offered: Offered, context: RowContext): Promise<Row> {
  const row = await rowOfWindows(name, offered.windows, measuredOf(world), context);
  return {
    ...row,
    more: { offeredPerS: offered.perS, pairs: world.load.count, frequencyS: world.options.frequencyS },
  };
}
