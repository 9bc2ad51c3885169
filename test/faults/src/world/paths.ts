import { fileURLToPath } from "node:url";

/** A path from the project's root. */
export const root = (path: string): string => fileURLToPath(new URL(`../../../../${path}`, import.meta.url));

/** A program of the suite. Processes are started from what is built, also where a test runs the harness from its sources. */
export const ownProgram = (path: string): string => root(`test/faults/dist/${path}`);
