import { resourceFromProto } from "@ocelli/codec";
import { type Clock, type Filter, matches, type Resource } from "@ocelli/model";
import type { MeshClient } from "../mesh.js";
import { type Device, deviceKey } from "./copy-queue.js";

/** How long what is known of a device holds, in ms. */
const freshMs = 60_000;

/** How many resources of one device are looked at. Beyond that live runs on it have no gaps a copy would fit in. */
const mostResources = 500;

/** The resources of each device and what they say of it, from the registry. */
export class Devices {
  readonly #registry: Pick<MeshClient["registry"], "listResources" | "getResource">;
  readonly #clock: Clock;
  readonly #plugin: string;
  /** Of the live plugin. */
  #filter: Filter;
  readonly #known = new Map<string, { readonly device: Device; readonly readAtMs: number }>();

  constructor(
    registry: Pick<MeshClient["registry"], "listResources" | "getResource">,
    clock: Clock,
    live: { readonly name: string; readonly filter: Filter },
  ) {
    this.#registry = registry;
    this.#clock = clock;
    this.#plugin = live.name;
    this.#filter = live.filter;
  }

  /** The live plugin has another filter. */
  set filter(filter: Filter) {
    this.#filter = filter;
    this.#known.clear();
  }

  /** Throws where the registry does not answer. */
  async of(resource: Resource | undefined): Promise<Device> {
    const key = deviceKey(resource);
    if (!resource?.endpoint) return { key, resourceIds: [resource?.id ?? ""], gapMs: 0, closed: undefined };
    const known = this.#known.get(key);
    if (known && this.#clock.monotonicMs() - known.readAtMs < freshMs) return known.device;
    const device = await this.#read(key, resource.endpoint);
    this.#known.set(key, { device, readAtMs: this.#clock.monotonicMs() });
    return device;
  }

  async #read(key: string, endpoint: string): Promise<Device> {
    const { resources, more } = await this.#resourcesAt(endpoint);
    const resourceIds = resources.filter((one) => matches(this.#filter, one)).map(({ id }) => id);
    const gapMs = Math.max(0, ...resources.map(({ metadata }) => wholeNumber(metadata["device_min_gap_ms"]) ?? 0));
    const closed = more
      ? `its device has more than ${mostResources} resources, whose runs leave no gap`
      : await this.#whyClosed(resources);
    return { key, resourceIds, gapMs, closed };
  }

  async #resourcesAt(endpoint: string): Promise<{ resources: Resource[]; more: boolean }> {
    const filter = `resource_endpoint = "${endpoint.replace(/["\\]/g, "\\$&")}"`;
    const resources: Resource[] = [];
    let pageToken = "";
    do {
      const page = await this.#registry.listResources({ filter, pageSize: mostResources, pageToken });
      for (const { resource } of page.resources) if (resource) resources.push(resourceFromProto(resource));
      pageToken = page.nextPageToken;
    } while (pageToken !== "" && resources.length < mostResources);
    return { resources, more: pageToken !== "" };
  }

  /** Schedulers keep what a device says it stands, and a copy is in nobody's count. */
  async #whyClosed(resources: readonly Resource[]): Promise<string | undefined> {
    for (const limit of ["device_max_in_flight", "device_min_gap_ms"]) {
      const limited = resources.find(({ metadata }) => wholeNumber(metadata[limit]) !== undefined);
      if (!limited) continue;
      for (const { id } of resources) {
        const { plugins } = await this.#registry.getResource({ id });
        const other = plugins.find((name) => name !== this.#plugin);
        if (other === undefined) continue;
        return `${limited.id} says ${limit} = ${limited.metadata[limit]}, ${other} asks the device too, and nobody counts a copy in`;
      }
    }
    return undefined;
  }
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}
