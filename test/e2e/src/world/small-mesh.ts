import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { putFile, putPlugin } from "@ocelli/test-kit";
import { type MeshProcess, startMesh } from "./mesh-process.js";
import { root } from "./paths.js";
import { temporaryDirectory } from "./temporary-directory.js";

/** A mesh of a test's own: resources in a list, a poller that needs no device, and the results in a file. */
export interface SmallMesh {
  readonly mesh: MeshProcess;
  readonly plugins: string;
  /** Writes the list that `list-discovery` reads. */
  setResources(ids: readonly string[]): Promise<void>;
}

export const timerRest = "[timer]\nmessage = tick";

export async function startSmallMesh(ids: readonly string[], env: Record<string, string> = {}): Promise<SmallMesh> {
  const data = await temporaryDirectory();
  const plugins = join(data, "my-plugins");
  await mkdir(plugins, { recursive: true });
  const list = join(data, "resources.json");
  const setResources = async (wanted: readonly string[]): Promise<void> => {
    const resources = wanted.map((id) => ({ id, class: "test", endpoint: id }));
    await putFile(list, JSON.stringify(resources));
  };
  await setResources(ids);
  await putPlugin(plugins, {
    name: "list-discovery",
    module: root("plugins/file-discovery"),
    frequencyS: 1,
    rest: `[source]\npath = ${list}`,
  });
  await putPlugin(plugins, {
    name: "ticker",
    module: root("plugins/timer"),
    frequencyS: 1,
    filter: 'resource_class = "test"',
    rest: timerRest,
  });
  await putPlugin(plugins, {
    name: "results-file",
    module: root("plugins/jsonl"),
    frequencyS: 60,
    rest: `[jsonl]\npath = ${join(data, "results", "results.jsonl")}`,
  });
  const mesh = await startMesh({ data, args: ["--plugins", plugins], env });
  await mesh.up();
  return { mesh, plugins, setResources };
}
