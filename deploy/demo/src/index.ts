export { demoMib } from "./demo-mib.js";
export { type DemoDevice, type DemoInterface, demoNetwork } from "./demo-network.js";
export { counterStepMs, type KnownCounters, knownCounters, stepOfInOctets } from "./known-counters.js";
export { type MibTree, type MibValue, mibTree } from "./mib-tree.js";
export { type AgentOptions, type Arrival, type RunningAgent, startSnmpAgent } from "./snmp-agent.js";
export { parseSnmprec } from "./snmprec.js";
