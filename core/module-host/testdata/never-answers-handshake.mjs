// Serves, but never answers who it is.
import { runFake } from "./fake-module.mjs";

await runFake({ handshake: () => new Promise(() => {}) });
