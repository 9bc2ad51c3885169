import type { Case } from "../engine/case.js";
import { dataCases } from "./data.js";
import { describeCases } from "./describe.js";
import { discoveryCases } from "./discovery.js";
import { errorCases } from "./errors.js";
import { handshakeCases } from "./handshake.js";
import { hostKilledCases } from "./host-killed.js";
import { lifeCases } from "./life.js";
import { lifeDrainCases } from "./life-drain.js";
import { lifeEndCases } from "./life-end.js";
import { registrationCases } from "./registration.js";
import { secretCases } from "./secrets.js";
import { settingsCases } from "./settings.js";
import { settingsAtWorkCases } from "./settings-at-work.js";
import { sinkCases } from "./sink.js";
import { stateCases } from "./state.js";
import { streamCases } from "./stream.js";
import { streamSizeCases } from "./stream-sizes.js";
import { timeCases } from "./time.js";

/** Every case, in the order they are tried and reported. */
export const allCases: readonly Case[] = [
  ...handshakeCases,
  ...describeCases,
  ...settingsCases,
  ...settingsAtWorkCases,
  ...dataCases,
  ...streamCases,
  ...discoveryCases,
  ...streamSizeCases,
  ...timeCases,
  ...errorCases,
  ...stateCases,
  ...secretCases,
  ...sinkCases,
  ...lifeCases,
  ...lifeDrainCases,
  ...lifeEndCases,
  ...hostKilledCases,
  ...registrationCases,
];

/** The case that tells whether there is a module at all: without it nothing else is tried. */
export const startCase = "life/starts";

/** What can be said of every case without a module: for docs. */
export const caseList = allCases.map(({ id, promise, advice }) => ({ id, promise, advice }));
