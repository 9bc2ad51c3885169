// Starts work and never ends it, whatever the deadline.
import { runFake } from "./fake-module.mjs";

await runFake({ poll: () => {}, discover: () => {} });
