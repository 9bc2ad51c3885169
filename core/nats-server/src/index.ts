export { type FindOptions, findNatsServer } from "./find.js";
export type { ServerExit, Startable } from "./launch.js";
export type { Found, FoundBinary, Origin } from "./place.js";
export { type RunningNats, type StartOptions, startNatsServer } from "./start.js";
export { atLeast, floorVersion } from "./version.js";
