/** Who made the device, as far as its interface names are concerned. */
export const vendors = ["generic", "arista", "cisco", "juniper"] as const;
export type Vendor = (typeof vendors)[number];

/** What a vendor's interface names tell. */
export interface VendorRule {
  /** The name of the interface that this one is part of; undefined where it stands alone. */
  parentName(name: string): string | undefined;
  /** What the port can do by its name, in bit/s; undefined where the name does not say. */
  portSpeed(name: string, model: string): number | undefined;
  /** A number where the parent is no interface of its own, only a plug that this many of its parts share: the parent's
   *  speed is then this many times the part's, and its media type the part's. */
  readonly lanes?: number;
}

const giga = 1_000_000_000;

/** Rules by vendor. They are those of Panoptes. */
export const vendorRules: Readonly<Record<Vendor, VendorRule>> = {
  generic: { parentName: () => undefined, portSpeed: () => undefined },
  // Ethernet49/1 is a lane of Ethernet49.
  arista: { parentName: (name) => before(name, "/"), portSpeed: () => undefined, lanes: 4 },
  // Te1/52/3.100 is a subinterface of Te1/52/3.
  cisco: {
    parentName: (name) => before(name, "."),
    portSpeed: (name) => byPrefix(name, { Gi: giga, Te: 10 * giga }),
  },
  // et-0/0/1:0.0 is a unit of the channel et-0/0/1:0, which is a part of et-0/0/1.
  juniper: {
    parentName: (name) => before(name, ".") ?? before(name, ":"),
    portSpeed: (name, model) =>
      byPrefix(name, {
        ge: giga,
        xe: 10 * giga,
        xle: 40 * giga,
        et: hundredGigabitModel.test(model) ? 100 * giga : 40 * giga,
        fte: 40 * giga,
      }),
  },
};

/** Juniper's families whose et- ports are of 100 Gbit/s: QFX5200 and QFX10000 (sold as QFX10002, QFX10008, QFX10016). */
const hundredGigabitModel = /^QFX(5200|100\d\d)/i;

function before(name: string, mark: string): string | undefined {
  const at = name.indexOf(mark);
  return at < 0 ? undefined : name.slice(0, at);
}

function byPrefix(name: string, speeds: Readonly<Record<string, number>>): number | undefined {
  return Object.entries(speeds).find(([prefix]) => name.startsWith(prefix))?.[1];
}

const words: readonly (readonly [Vendor, RegExp])[] = [
  ["arista", /arista|\beos\b/i],
  ["juniper", /juniper|junos/i],
  ["cisco", /cisco|\b(ios|nx-?os|ios-?x[er])\b/i],
];

/** The vendor that a text names, such as a resource's type or a device's sysDescr. */
export function vendorInText(text: string): Vendor | undefined {
  return words.find(([, pattern]) => pattern.test(text))?.[0];
}

/** Vendors by their number below 1.3.6.1.4.1. */
const vendorByEnterprise: Readonly<Record<string, Vendor>> = { "9": "cisco", "2636": "juniper", "30065": "arista" };

/** The vendor of a sysObjectID. */
export function vendorOfObjectId(oid: string): Vendor | undefined {
  return vendorByEnterprise[/^\.?1\.3\.6\.1\.4\.1\.(\d+)(\.|$)/.exec(oid)?.[1] ?? ""];
}

/** The vendor as the resource tells: its type, then what its metadata says of vendor and system. */
export function vendorOfResource(resource: {
  readonly type: string;
  readonly metadata: Readonly<Record<string, string>>;
}): Vendor | undefined {
  const { metadata } = resource;
  const told = [resource.type, metadata["vendor"], metadata["manufacturer"], metadata["os"], metadata["platform"]];
  for (const text of told) {
    const vendor = text === undefined ? undefined : vendorInText(text);
    if (vendor) return vendor;
  }
  return undefined;
}
