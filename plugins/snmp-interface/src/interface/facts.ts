import type { Cells } from "./cells.js";
import { ifTable, ifXTable } from "./if-mib.js";
import { ifTypeName } from "./if-types.js";
import type { VendorRule } from "./vendor.js";

/** What Panoptes writes where a device says nothing. */
export const notSet = "<not set>";
export const noNumber = -1;

/** What is known of an interface: the namespace `interface`, schema 0.1, of the enrichment. Speeds in bit/s. */
export interface InterfaceFacts {
  readonly interface_name: string;
  readonly description: string;
  readonly alias: string;
  readonly media_type: string;
  readonly physical_address: string;
  /** What the device says its speed is. */
  readonly configured_speed: number;
  /** What the port can do; the configured speed where its name does not tell. */
  readonly port_speed: number;
  readonly parent_interface_name: string;
  readonly parent_interface_media_type: string;
  readonly parent_interface_configured_speed: number;
  readonly parent_interface_port_speed: number;
}

/** The columns that facts are made of. */
export const factColumns = {
  ifTable: [ifTable.descr, ifTable.type, ifTable.speed, ifTable.physAddress],
  ifXTable: [ifXTable.name, ifXTable.highSpeed, ifXTable.alias],
} as const;

type OwnFacts = Omit<InterfaceFacts, `parent_${string}`>;

/** Facts by interface index, for every interface that has a cell in one of the columns. */
export function interfaceFacts(cells: Cells, rule: VendorRule, model: string): Map<string, InterfaceFacts> {
  const own = new Map<string, OwnFacts>();
  const indexByName = new Map<string, string>();
  for (const index of cells.indices([...factColumns.ifTable, ...factColumns.ifXTable])) {
    const facts = ownFacts(cells, index, rule, model);
    own.set(index, facts);
    if (facts.interface_name !== notSet && !indexByName.has(facts.interface_name))
      indexByName.set(facts.interface_name, index);
  }
  return new Map(
    [...own].map(([index, facts]) => {
      const parentName = facts.interface_name === notSet ? undefined : rule.parentName(facts.interface_name);
      const parent = parentName === undefined ? undefined : own.get(indexByName.get(parentName) ?? "");
      return [index, { ...facts, ...parentFacts(facts, parentName, parent, rule) }];
    }),
  );
}

function ownFacts(cells: Cells, index: string, rule: VendorRule, model: string): OwnFacts {
  const name = cells.text(ifXTable.name, index) ?? notSet;
  const configured = configuredSpeed(cells.number(ifXTable.highSpeed, index), cells.number(ifTable.speed, index));
  const type = cells.number(ifTable.type, index);
  return {
    interface_name: name,
    description: cells.text(ifTable.descr, index) ?? notSet,
    alias: cells.text(ifXTable.alias, index) || notSet,
    media_type: (type === undefined ? undefined : ifTypeName(Number(type))) ?? notSet,
    physical_address: physicalAddress(cells, index),
    configured_speed: configured,
    port_speed: rule.portSpeed(name, model) ?? configured,
  };
}

function parentFacts(
  facts: OwnFacts,
  name: string | undefined,
  parent: OwnFacts | undefined,
  rule: VendorRule,
): Pick<InterfaceFacts, `parent_${string}` & keyof InterfaceFacts> {
  if (rule.lanes !== undefined) {
    const known = name !== undefined && facts.configured_speed !== noNumber;
    const speed = known ? rule.lanes * facts.configured_speed : noNumber;
    return {
      parent_interface_name: name ?? notSet,
      // Panoptes says the media type of the interface itself here, with a parent or without.
      parent_interface_media_type: facts.media_type,
      parent_interface_configured_speed: speed,
      parent_interface_port_speed: speed,
    };
  }
  return {
    parent_interface_name: name ?? notSet,
    parent_interface_media_type: parent?.media_type ?? notSet,
    parent_interface_configured_speed: parent?.configured_speed ?? noNumber,
    parent_interface_port_speed: parent?.port_speed ?? noNumber,
  };
}

/** The speed in bit/s. ifHighSpeed counts, save where it is too coarse: at 0 and 1 Mbit/s ifSpeed is the better word. */
export function configuredSpeed(highSpeedMbps: bigint | undefined, speedBps: bigint | undefined): number {
  if (highSpeedMbps !== undefined && highSpeedMbps !== 0n && highSpeedMbps !== 1n) return Number(highSpeedMbps) * 1e6;
  if (speedBps !== 0n) return speedBps === undefined ? noNumber : Number(speedBps);
  return highSpeedMbps === undefined ? noNumber : Number(highSpeedMbps) * 1e6;
}

/** Octets as `78:DA:6E:26:74:87`. */
function physicalAddress(cells: Cells, index: string): string {
  const value = cells.value(ifTable.physAddress, index);
  if (value?.kind !== "octets" || value.octets.length === 0) return notSet;
  return [...value.octets].map((octet) => octet.toString(16).padStart(2, "0").toUpperCase()).join(":");
}
