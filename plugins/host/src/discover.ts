import { arch, cpus, hostname, platform, release, totalmem } from "node:os";
import type { DiscoverContext, FoundResource } from "@ocelli/plugin-sdk";
import type { HostSettings } from "./settings.js";

/** Yields the machine the module runs on. */
export async function* discover(ctx: DiscoverContext<HostSettings>): AsyncGenerator<FoundResource> {
  const name = hostname();
  yield {
    id: name,
    site: ctx.settings.host.site,
    class: "system",
    subclass: "host",
    type: platform() === "win32" ? "windows" : platform(),
    endpoint: name,
    metadata: {
      os: await operatingSystem(),
      kernel: release(),
      arch: arch(),
      cpus: String(cpus().length),
      cpu_model: cpus()[0]?.model.trim() ?? "",
      memory_bytes: String(totalmem()),
    },
  };
}

/** Such as "Debian GNU/Linux 12". */
async function operatingSystem(): Promise<string> {
  const { osInfo } = await import("systeminformation");
  const { distro, release: version } = await osInfo();
  return `${distro} ${version}`.trim() || platform();
}
