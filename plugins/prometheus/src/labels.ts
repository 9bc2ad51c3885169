import type { Resource } from "@ocelli/plugin-sdk";
import { sanitize } from "./name-plan.js";

type Label = readonly [name: string, value: string];

/** Labels of everything that a plugin says of a resource. Empty ones are left out: to Prometheus they are the same. */
export function resourceLabels(plugin: string, resource: Resource): Label[] {
  return [
    ["plugin", plugin],
    ["resource_id", resource.id],
    ["site", resource.site],
    ["class", resource.class],
    ["subclass", resource.subclass],
    ["type", resource.type],
  ];
}

const own = ["plugin", "resource_id", "site", "class", "subclass", "type"];

/** Labels of a group's dimensions. A name that is the resource's own gets the prefix `dimension_`, and so does one in
 *  `__`, which Prometheus keeps for itself. */
export function dimensionLabels(dimensions: readonly { readonly name: string; readonly value: string }[]): Label[] {
  const taken = new Set(own);
  return [...dimensions]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, value }) => {
      let label = sanitize(name);
      if (taken.has(label) || label.startsWith("__")) label = `dimension_${label.replace(/^_+/, "")}`;
      while (taken.has(label)) label += "_";
      taken.add(label);
      return [label, value] as const;
    });
}

/** `a="1",b="2"`, escaped. */
export function labelText(labels: readonly Label[]): string {
  return labels
    .filter(([, value]) => value !== "")
    .map(([name, value]) => `${name}="${escaped(value)}"`)
    .join(",");
}

/** As label values and help texts want it. */
export function escaped(text: string): string {
  return text.replace(/[\\\n"]/g, (char) => (char === "\n" ? "\\n" : `\\${char}`));
}
