import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { openTestBus } from "@ocelli/test-kit";
import { GenericContainer, Wait } from "testcontainers";
import { expect, test } from "vitest";

const image = "nats:2.15";

/** Why the official image cannot be run here, or undefined where it can. */
async function whyNot(): Promise<string | undefined> {
  const run = promisify(execFile);
  try {
    await run("docker", ["info"], { timeout: 10_000 });
  } catch {
    return "no Docker daemon answers";
  }
  const here = await run("docker", ["image", "inspect", image]).then(
    () => true,
    () => false,
  );
  const pulled =
    here ||
    (await run("docker", ["pull", image], { timeout: 60_000 }).then(
      () => true,
      () => false,
    ));
  return pulled ? undefined : `the image ${image} cannot be pulled`;
}

const reason = await whyNot();

test.skipIf(reason !== undefined)(
  `the mesh's streams and buckets stand on the official image ${image}${reason ? ` (skipped: ${reason})` : ""}`,
  async () => {
    const container = await new GenericContainer(image)
      .withCommand(["-js"])
      .withExposedPorts(4222)
      .withWaitStrategy(Wait.forLogMessage(/Server is ready/))
      .start();
    try {
      const bus = await openTestBus(`nats://${container.getHost()}:${container.getMappedPort(4222)}`);
      expect((await bus.pauses.create("p", { plugin: "p", sinceAtMs: 1, reason: "" })).kind).toBe("done");
      expect((await bus.pauses.get("p"))?.value.plugin).toBe("p");
      await bus.close();
    } finally {
      await container.stop();
    }
  },
);
