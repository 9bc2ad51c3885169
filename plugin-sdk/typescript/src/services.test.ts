import { Discovery, Enrichment, Plugin, Polling } from "@ocelli/proto/plugin";
import { PollStatus } from "@ocelli/proto/resource";
import { Kind } from "@ocelli/proto/task";
import { createClient } from "@ocelli/rpc";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { definePlugin } from "./define-plugin.js";
import { PollFault } from "./poll-fault.js";
import { all, gate, served } from "./testing/in-process.js";

const base = { name: "m", version: "1.2.3", description: "Does things." };
const run = { plugin: "p", revision: "1", deadlineMs: 10_000 };
const itemsOf = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ item: index, run, resource: { id: `r${index}` } }));

test("a discovery streams what it found, says what failed, and ends with its summary", async () => {
  const { connection, configure } = await served(
    definePlugin({
      ...base,
      async *discover(ctx) {
        ctx.scopes(["north", "south"]);
        for (let n = 0; n < 5_000; n += 1) yield { id: `r${n}`, site: "north", metadata: { text: "x".repeat(100) } };
        ctx.partial("south", new PollFault("timeout", "no answer"));
        ctx.state.set("cursor");
      },
    }),
  );
  await configure("1");
  const parts = (await all(createClient(Discovery, connection).discover({ run }))).map(({ part }) => part);
  const resources = parts.flatMap((part) => (part.case === "batch" ? part.value.resources : []));
  expect(resources).toHaveLength(5_000);
  expect(parts.filter((part) => part.case === "batch").length).toBeGreaterThan(2);
  expect(parts.find((part) => part.case === "partialError")?.value).toMatchObject({
    scope: "south",
    fault: { message: "no answer", status: PollStatus.TIMEOUT },
  });
  expect(parts.at(-1)).toMatchObject({
    case: "summary",
    value: { setState: true, summary: { complete: false, resources: 5_000, scopes: ["north"] } },
  });
});

test("an enrichment answers item by item", async () => {
  const { connection, configure } = await served(
    definePlugin({
      ...base,
      async enrich(resource) {
        if (resource.id === "r1") throw new PollFault("network", "unplugged");
        return [{ namespace: "n", schema: "1", ttlS: 60, data: { id: resource.id } }];
      },
    }),
  );
  await configure("1");
  const parts = await all(createClient(Enrichment, connection).enrich({ items: itemsOf(2) }));
  const answers = parts.flatMap((part) => part.answers).sort((a, b) => a.item - b.item);
  expect(new TextDecoder().decode(answers[0]?.sets[0]?.dataJson)).toBe('{"id":"r0"}');
  expect(answers[1]).toMatchObject({ sets: [], fault: { message: "unplugged", status: PollStatus.NETWORK } });
});

describe("bring-up and end", () => {
  const settings = z.strictObject({ main: z.strictObject({ port: z.int() }) });

  test("a host of another protocol major is told both ranges", async () => {
    const { connection } = await served(definePlugin({ ...base, poll: () => [] }));
    const answer = await createClient(Plugin, connection).handshake({ protocolMajors: [2, 3] });
    expect(answer).toMatchObject({ protocolMajor: 0, protocolMajors: [1], name: "m", version: "1.2.3" });
  });

  test("describe says what it serves, and its digest changes with what it says", async () => {
    const digestOf = async (description: string): Promise<string> => {
      const { connection } = await served(
        definePlugin({ ...base, description, settings, poll: () => [], wantsEnrichments: ["n"] }),
      );
      const plugin = createClient(Plugin, connection);
      const said = await plugin.describe({});
      expect(said).toMatchObject({ description, services: [Kind.POLLING], wantsEnrichments: ["n"] });
      expect(JSON.parse(said.settingsSchemaJson).properties.main.properties.port.type).toBe("integer");
      return (await plugin.handshake({})).describeDigest;
    };
    const [one, same, other] = [await digestOf("One."), await digestOf("One."), await digestOf("Other.")];
    expect(one).toBe(same);
    expect(one).not.toBe(other);
  });

  test("settings that are wrong are not applied, and what ran before goes on", async () => {
    const { connection, configure } = await served(definePlugin({ ...base, settings, poll: () => [] }));
    await configure("1", { main: { port: 1 } });
    const plugin = createClient(Plugin, connection);
    const settingsJson = JSON.stringify({ main: { port: "x", prt: 1 } });
    const answer = await plugin.configure({ plugin: "p", revision: "2", settingsJson });
    expect(answer.diagnostics.map(({ path }) => path).sort()).toEqual(["/main/port", "/main/prt"]);
    const looked = await plugin.validateConfig({ plugin: "p", settingsJson });
    expect(looked.diagnostics).toEqual(answer.diagnostics);
    const polling = createClient(Polling, connection);
    expect(await all(polling.poll({ items: itemsOf(1) }))).toHaveLength(1);
    const newer = [{ item: 0, run: { ...run, revision: "2" }, resource: { id: "r" } }];
    await expect(all(polling.poll({ items: newer }))).rejects.toMatchObject({ code: "precondition" });
  });

  test("a drain waits for what runs and takes nothing new", async () => {
    const entered = gate();
    const finish = gate();
    const { connection, configure } = await served(
      definePlugin({
        ...base,
        async poll() {
          entered.open();
          await finish.opened;
          return [];
        },
      }),
    );
    await configure("1");
    const polling = createClient(Polling, connection);
    const running = all(polling.poll({ items: itemsOf(1) }));
    await entered.opened;
    const drained = createClient(Plugin, connection).drain({ graceMs: 60_000, reason: "test" });
    await expect(all(polling.poll({ items: itemsOf(1) }))).rejects.toMatchObject({ code: "unavailable" });
    finish.open();
    await drained;
    expect((await running).flatMap(({ answers }) => answers)).toHaveLength(1);
  });

  test("a drain ends what outlives its grace time, and says that it was not done", async () => {
    const entered = gate();
    const { connection, configure } = await served(
      definePlugin({
        ...base,
        poll() {
          entered.open();
          return new Promise(() => {});
        },
      }),
    );
    await configure("1");
    const running = all(createClient(Polling, connection).poll({ items: itemsOf(1) }));
    const ended = expect(running).rejects.toMatchObject({ code: "unavailable" });
    await entered.opened;
    await createClient(Plugin, connection).drain({ graceMs: 20, reason: "test" });
    await ended;
  });
});
