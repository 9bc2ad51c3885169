// Starts a process of its own and exits while that one goes on, with our pipes in its hands.
import { spawn } from "node:child_process";
import { runFake } from "./fake-module.mjs";

const forever = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "inherit" });
process.stderr.write(`grandchild ${forever.pid}\n`);
await runFake({ poll: () => process.exit(0) });
