export { busSettings, openTestBus, realClock, silent } from "./bus.js";
export { type CuttableProxy, proxyTo } from "./cuttable-proxy.js";
export { eventually } from "./eventually.js";
export { ManualClock } from "./manual-clock.js";
export { natsBinary, startNats, type TestNats } from "./nats.js";
export { type PluginText, pluginText, putFile, putPlugin, removePlugin } from "./plugin-file.js";
export { startTestBus, type TestBus } from "./test-bus.js";
