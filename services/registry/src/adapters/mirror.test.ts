import type { CasOutcome, Entry, TableWatcher } from "@ocelli/bus";
import { expect, test, vi } from "vitest";
import { Mirror, type MirroredTable } from "./mirror.js";

/** A table whose watch tells what the test says, when it says so. */
class ScriptedTable implements MirroredTable<string, string> {
  watcher: TableWatcher<string> | undefined;
  entry: Entry<string> | undefined;
  outcome: CasOutcome = { kind: "done", revision: 0 };

  async watch(watcher: TableWatcher<string>): Promise<void> {
    this.watcher = watcher;
  }
  async get(): Promise<Entry<string> | undefined> {
    return this.entry;
  }
  async create(): Promise<CasOutcome> {
    return this.outcome;
  }
  async update(): Promise<CasOutcome> {
    return this.outcome;
  }
  async remove(): Promise<CasOutcome> {
    return this.outcome;
  }
}

async function setUp() {
  const table = new ScriptedTable();
  const mirror = new Mirror(
    table,
    (text) => text,
    () => 7,
  );
  await mirror.follow(new AbortController().signal);
  const heard: string[] = [];
  mirror.listen((key, entry, before) => heard.push(`${key}: ${before?.value ?? "-"} > ${entry?.value ?? "-"}`));
  const told = (key: string, value: string, revision: number) => {
    table.watcher?.put({ key, value, revision, storedAtMs: revision * 100 });
  };
  return { table, mirror, heard, told, gone: (key: string, revision: number) => table.watcher?.gone(key, revision, 0) };
}

test("an own write is seen at once, and the watch that tells it again changes only its time", async () => {
  const { mirror, table, told, heard } = await setUp();
  table.outcome = { kind: "done", revision: 5 };
  expect(await mirror.put("a", "one", undefined)).toBe("done");
  expect(mirror.get("a")).toEqual({ key: "a", value: "one", revision: 5, storedAtMs: 7 });
  told("a", "one", 5);
  expect(mirror.get("a")?.storedAtMs).toBe(500);
  expect(heard).toEqual(["a: - > one"]);
});

test("older words that are still on their way do not undo an own write or removal", async () => {
  const { mirror, table, told, gone, heard } = await setUp();
  told("a", "old", 3);
  table.outcome = { kind: "done", revision: 5 };
  await mirror.put("a", "new", 3);
  told("a", "older", 4);
  expect(mirror.get("a")?.value).toBe("new");
  table.outcome = { kind: "done", revision: 6 };
  await mirror.remove("a", 5);
  told("a", "new", 5);
  expect(mirror.get("a")).toBeUndefined();
  gone("a", 6);
  told("a", "again", 7);
  expect(heard).toEqual(["a: - > old", "a: old > new", "a: new > -", "a: - > again"]);
});

test("a write that somebody overtook shows what they wrote", async () => {
  const { mirror, table, told } = await setUp();
  told("a", "old", 3);
  table.outcome = { kind: "moved" };
  table.entry = { key: "a", value: "theirs", revision: 9, storedAtMs: 900 };
  expect(await mirror.put("a", "mine", 3)).toBe("moved");
  expect(mirror.get("a")).toMatchObject({ value: "theirs", revision: 9 });
  table.entry = undefined;
  expect(await mirror.remove("a", 9)).toBe("moved");
  expect(mirror.get("a")).toBeUndefined();
});

test("after a watch was rebuilt, what is not told again is gone, and the rest is not told as news", async () => {
  const { mirror, table, told, heard } = await setUp();
  told("a", "one", 1);
  told("b", "two", 2);
  table.watcher?.caughtUp();
  await mirror.ready;
  heard.length = 0;
  told("b", "two", 2);
  told("c", "three", 3);
  table.watcher?.caughtUp();
  expect([...mirror.values()].map((entry) => entry.key)).toEqual(["b", "c"]);
  expect(heard).toEqual(["c: - > three", "a: one > -"]);
});

test("what changed after the whole was told and is not told again after a rebuild is gone, too", async () => {
  const { mirror, table, told } = await setUp();
  told("a", "one", 1);
  table.watcher?.caughtUp();
  told("b", "two", 2);
  told("c", "three", 3);
  told("a", "one", 1);
  told("c", "three", 3);
  told("d", "changed while nobody watched", 4);
  table.watcher?.caughtUp();
  expect([...mirror.values()].map((entry) => entry.key)).toEqual(["a", "c", "d"]);
});

test.for([
  { why: "goes where the table no longer has it", entry: undefined, want: [] },
  {
    why: "stays where the table has it",
    entry: { key: "b", value: "two", revision: 2, storedAtMs: 200 },
    want: ["b"],
  },
])("a change of which nobody knows whether it came before a rebuild or with it $why", async ({ entry, want }) => {
  const { mirror, table, told } = await setUp();
  table.watcher?.caughtUp();
  told("b", "two", 2);
  table.entry = entry;
  table.watcher?.caughtUp();
  await vi.waitFor(() => expect([...mirror.values()].map(({ key }) => key)).toEqual(want));
});

test("an own write that was made while a rebuilt watch tells of older things does not flicker", async () => {
  const { mirror, table, told, heard } = await setUp();
  told("a", "one", 1);
  table.watcher?.caughtUp();
  table.outcome = { kind: "done", revision: 5 };
  await mirror.put("b", "mine", undefined);
  table.entry = { key: "b", value: "mine", revision: 5, storedAtMs: 500 };
  told("a", "one", 1);
  table.watcher?.caughtUp();
  await vi.waitFor(() => expect(mirror.get("b")?.storedAtMs).toBe(500));
  expect(heard).toEqual(["a: - > one", "b: - > mine"]);
});
