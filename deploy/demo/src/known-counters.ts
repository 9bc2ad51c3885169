/** The counters of one interface at one instant. Octets and packets have 64 bits; their 32-bit twins are the low half. */
export interface KnownCounters {
  readonly inOctets: bigint;
  readonly inUnicast: bigint;
  readonly inMulticast: bigint;
  readonly inBroadcast: bigint;
  readonly inDiscards: bigint;
  readonly inErrors: bigint;
  readonly outOctets: bigint;
  readonly outUnicast: bigint;
  readonly outMulticast: bigint;
  readonly outBroadcast: bigint;
  readonly outDiscards: bigint;
  readonly outErrors: bigint;
  readonly alignmentErrors: bigint;
  readonly fcsErrors: bigint;
  readonly frameTooLongs: bigint;
}

/** The counters move once a second, so that an answer's instant need not be known to the millisecond. */
export const counterStepMs = 1000;

/** What a device of the demo network counts on an interface, `elapsedMs` after the network's start: a pure function,
 *  so that a test can say what each stored value must be. A device that is down counts nothing. */
export function knownCounters(device: number, ifIndex: number, elapsedMs: number, up = true): KnownCounters {
  const steps = up ? BigInt(Math.max(0, Math.floor(elapsedMs / counterStepMs))) : 0n;
  const seed = BigInt(device + 1) * 1_000_003n + BigInt(ifIndex) * 7919n;
  const at = (base: bigint, perStep: bigint): bigint => (base + steps * perStep) % 2n ** 64n;
  const small = (divisor: bigint, offset: bigint): bigint => (seed % 97n) + (steps + offset) / divisor;
  // The first interface of each device is beyond 2^53 bits, where a double would round.
  const octets = ifIndex === 1 ? 2n ** 56n + seed : seed * 1000n;
  const packetRate = 10n + (seed % 990n);
  return {
    inOctets: at(octets, packetRate * 700n + 1n),
    inUnicast: at(seed, packetRate),
    inMulticast: at(seed / 3n, 3n),
    inBroadcast: at(seed / 5n, 1n),
    inDiscards: small(30n, 0n),
    inErrors: small(60n, 1n),
    outOctets: at(octets / 2n, packetRate * 500n + 3n),
    outUnicast: at(seed / 2n, packetRate - 1n),
    outMulticast: at(seed / 7n, 2n),
    outBroadcast: at(seed / 11n, 1n),
    outDiscards: small(45n, 2n),
    outErrors: small(90n, 3n),
    alignmentErrors: small(120n, 4n),
    fcsErrors: small(75n, 5n),
    frameTooLongs: 0n,
  };
}

/** How many steps a stored `inOctets` is from the start, or undefined where no instant gives that value. */
export function stepOfInOctets(device: number, ifIndex: number, inOctets: bigint): number | undefined {
  const first = knownCounters(device, ifIndex, 0).inOctets;
  const perStep = knownCounters(device, ifIndex, counterStepMs).inOctets - first;
  const moved = inOctets - first;
  return moved >= 0n && moved % perStep === 0n ? Number(moved / perStep) : undefined;
}
