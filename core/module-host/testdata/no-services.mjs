// Shakes hands, but offers nothing.
import { runFake } from "./fake-module.mjs";

await runFake({ describe: () => ({ services: [] }) });
