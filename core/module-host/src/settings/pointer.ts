/** A place in settings, such as `["snmp", "communities", "0"]`. */
export type SettingsPath = readonly string[];

/** As a JSON pointer, RFC 6901. */
export function toPointer(path: SettingsPath): string {
  return path.map((step) => `/${step.replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

/** Forgiving: a pointer without its leading slash is taken as one. */
export function fromPointer(pointer: string): SettingsPath {
  if (pointer === "" || pointer === "/") return [];
  const steps = pointer.startsWith("/") ? pointer.slice(1) : pointer;
  return steps.split("/").map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
}
