/** How large a run is: the short one fits many faults into ten minutes, the full one is what the figures are of. */
export type Size = "quick" | "full";

/** The mesh that a fault is done to, and what it has to do. */
export interface Load {
  readonly devices: number;
  readonly deviceProcesses: number;
  /** How often each pair is polled. */
  readonly intervalS: number;
  readonly timeoutS: number;
  /** How long a device takes to answer. */
  readonly latencyMs: number;
  /** Polling plugins over all devices: each is a pair with each device. */
  readonly plugins: number;
  /** Each of them on a module, and so in a process, of its own. */
  readonly ownModules?: boolean;
  readonly brokers: 1 | 3;
  readonly registries: number;
  readonly schedulers: number;
  readonly agents: number;
  readonly partitions: number;
  /** Of an agent's claims. */
  readonly leaseS: number;
  /** Of a scheduler's partitions. */
  readonly schedulerLeaseMs: number;
  /** How long a supervisor waits before it starts a dead service again. */
  readonly restartMs: number;
  /** Results files: each is a sink of its own. */
  readonly sinks: number;
  /** Services whose wall clock can be stepped. */
  readonly fakeClocks?: readonly string[];
  /** Agents can be cut off from the broker: each runs in a group of its own. */
  readonly cuttableAgents?: boolean;
  /** The programs of the services, from the project's root. Sabotaged ones are test-only. */
  readonly programs: { readonly agent: string; readonly scheduler: string; readonly registry: string };
}

/** The usual mesh: 200 devices every 2 s, on everything twice or three times. */
export const usualLoad: Load = {
  devices: 200,
  deviceProcesses: 2,
  intervalS: 2,
  timeoutS: 1.5,
  latencyMs: 40,
  plugins: 1,
  brokers: 1,
  registries: 2,
  schedulers: 2,
  agents: 3,
  partitions: 2,
  leaseS: 3,
  schedulerLeaseMs: 3_000,
  restartMs: 500,
  sinks: 1,
  programs: {
    agent: "services/agent/dist/main.js",
    scheduler: "services/scheduler/dist/main.js",
    registry: "services/registry/dist/main.js",
  },
};
