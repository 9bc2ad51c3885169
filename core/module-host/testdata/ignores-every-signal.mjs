// Does not care for the end of its stdin, for drain or for SIGTERM.
import { runFake } from "./fake-module.mjs";

process.on("SIGTERM", () => process.stderr.write("no\n"));
await runFake({ onStdinEnd: () => {}, drain: () => new Promise(() => {}) });
