// Speaks newer versions of the protocol only.
import { runFake } from "./fake-module.mjs";

await runFake({ handshake: () => ({ protocolMajor: 0, protocolMajors: [2, 3], name: "future", version: "9.0.0" }) });
