import { no, type Place } from "../place.js";
import { lastLine } from "../run-command.js";
import { atLeast } from "../version.js";

/** The official image, when a Docker daemon answers. The image is fetched here, so that starting it is quick and a
 *  refusal is told among the others. */
export const fromDocker: Place = {
  name: "Docker",
  async look(search, signal) {
    const { world, pins } = search;
    const version = pins.dockerVersion;
    if (!atLeast(version, search.minVersion)) return no(`the pinned image is ${version}`);
    const daemon = await world.run(
      "docker",
      ["version", "--format", "{{.Server.Version}}"],
      { timeoutMs: 20_000 },
      signal,
    );
    if (daemon.kind === "failed") return no(`the command docker ${daemon.why}`);
    if (daemon.code !== 0) return no(`no daemon answers: ${lastLine(daemon.stderr)}`);
    const image = `nats:${version}`;
    const here = await world.run("docker", ["image", "inspect", image], { timeoutMs: 20_000 }, signal);
    if (here.kind === "failed" || here.code !== 0) {
      search.progress(`Pulling the Docker image ${image}.`);
      const pull = await world.run("docker", ["pull", "--quiet", image], { timeoutMs: 300_000 }, signal);
      if (pull.kind === "failed") return no(`docker pull ${pull.why}`);
      if (pull.code !== 0) return no(`docker pull ${image} failed: ${lastLine(pull.stderr)}`);
    }
    return { kind: "found", found: { kind: "docker", image, version } };
  },
};
