import { PluginState } from "@ocelli/proto/registry";
import { ManualClock } from "@ocelli/test-kit";
import { expect, test } from "vitest";
import { pluginStatus } from "../testing/fake-mesh.js";
import { awaitLivePlugin, type LiveDeps } from "./live-plugin.js";

const waiting = pluginStatus("ping", { record: { name: "ping" }, state: PluginState.WAITING });

/** A mesh that answers these in turn, and the last of them again and again. */
function begin(answers: ReturnType<typeof pluginStatus>[], patienceMs?: number) {
  const clock = new ManualClock();
  const said: string[] = [];
  const getPlugin = () => Promise.resolve({ plugin: answers.length > 1 ? answers.shift() : answers[0] });
  const mesh = { registry: { getPlugin } } as unknown as LiveDeps["mesh"];
  const deps = { mesh, clock, say: (sentence: string) => void said.push(sentence), patienceMs };
  const outcome = awaitLivePlugin(deps, "ping", new AbortController().signal).then(
    ({ name }) => name,
    (error: Error) => error.message,
  );
  return { clock, said, outcome };
}

const itWaits = "no agent has accepted the file of ping yet; the shadow waits for that";

test("it waits for an agent to accept the file, and says so once", async () => {
  const { clock, said, outcome } = begin([waiting, waiting, waiting, pluginStatus("ping")]);
  await clock.advance(3_000);
  expect(await outcome).toBe("ping");
  expect(said).toEqual([itWaits]);
});

test("with --for it waits no longer than that", async () => {
  const { clock, said, outcome } = begin([waiting], 2_500);
  await clock.advance(2_499);
  expect(said).toEqual([itWaits]);
  await clock.advance(1);
  expect(await outcome).toMatch(
    /^no agent has accepted the file of ping within 2\.5 s; see "ocelli plugins show ping", or try it alone/,
  );
});
