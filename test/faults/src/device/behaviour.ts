/** How a device answers. */
export interface Behaviour {
  /** From request to answer. */
  readonly latencyMs: number;
  /** Hears everything and says nothing. */
  readonly dead: boolean;
}

/** Changes the behaviour of some devices, or of all where none is named. One line of JSON on a device process's stdin. */
export interface BehaviourChange extends Partial<Behaviour> {
  readonly devices?: readonly string[];
}

/** What a device process is started with: one JSON argument. */
export interface DeviceProcessOptions extends Behaviour {
  readonly ids: readonly string[];
  /** Address to listen on. */
  readonly host: string;
  readonly logFile: string;
}

/** Its one line on stdout once all devices listen: the UDP port of each. */
export type DevicePorts = Readonly<Record<string, number>>;
