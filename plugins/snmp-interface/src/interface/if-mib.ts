/** RFC 2863 ifTable. */
const ifEntry = "1.3.6.1.2.1.2.2.1";
/** RFC 2863 ifXTable. */
const ifXEntry = "1.3.6.1.2.1.31.1.1.1";
/** RFC 3635 dot3StatsTable. */
const dot3StatsEntry = "1.3.6.1.2.1.10.7.2.1";

export const sysDescr = "1.3.6.1.2.1.1.1.0";
export const sysObjectId = "1.3.6.1.2.1.1.2.0";

/** Columns of ifTable. Speeds in bit/s, counters of 32 bits. */
export const ifTable = {
  descr: `${ifEntry}.2`,
  type: `${ifEntry}.3`,
  mtu: `${ifEntry}.4`,
  speed: `${ifEntry}.5`,
  physAddress: `${ifEntry}.6`,
  adminStatus: `${ifEntry}.7`,
  operStatus: `${ifEntry}.8`,
  inOctets: `${ifEntry}.10`,
  inUcastPkts: `${ifEntry}.11`,
  inNUcastPkts: `${ifEntry}.12`,
  inDiscards: `${ifEntry}.13`,
  inErrors: `${ifEntry}.14`,
  outOctets: `${ifEntry}.16`,
  outUcastPkts: `${ifEntry}.17`,
  outNUcastPkts: `${ifEntry}.18`,
  outDiscards: `${ifEntry}.19`,
  outErrors: `${ifEntry}.20`,
} as const;

/** Columns of ifXTable. `highSpeed` in Mbit/s; `hc…` have 64 bits, the others 32. */
export const ifXTable = {
  name: `${ifXEntry}.1`,
  inMulticastPkts: `${ifXEntry}.2`,
  inBroadcastPkts: `${ifXEntry}.3`,
  outMulticastPkts: `${ifXEntry}.4`,
  outBroadcastPkts: `${ifXEntry}.5`,
  hcInOctets: `${ifXEntry}.6`,
  hcInUcastPkts: `${ifXEntry}.7`,
  hcInMulticastPkts: `${ifXEntry}.8`,
  hcInBroadcastPkts: `${ifXEntry}.9`,
  hcOutOctets: `${ifXEntry}.10`,
  hcOutUcastPkts: `${ifXEntry}.11`,
  hcOutMulticastPkts: `${ifXEntry}.12`,
  hcOutBroadcastPkts: `${ifXEntry}.13`,
  highSpeed: `${ifXEntry}.15`,
  alias: `${ifXEntry}.18`,
} as const;

/** Columns of dot3StatsTable, which only Ethernet interfaces have. */
export const dot3Stats = {
  alignmentErrors: `${dot3StatsEntry}.2`,
  fcsErrors: `${dot3StatsEntry}.3`,
  frameTooLongs: `${dot3StatsEntry}.13`,
} as const;
