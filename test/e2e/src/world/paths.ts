import { fileURLToPath } from "node:url";

/** A path from the project's root. */
export const root = (path: string): string => fileURLToPath(new URL(`../../../../${path}`, import.meta.url));

export const cliMain = root("cli/dist/main.js");
