import { headers, type NatsConnection } from "@nats-io/transport-node";
import fc from "fast-check";
import { expect, test } from "vitest";
import { Frames } from "./frames.js";

/** The client as far as frames need it, and what it was given. */
function fakeClient() {
  const sent: string[] = [];
  const published: unknown[] = [];
  const nc = {
    info: { max_payload: 1 << 20 },
    isClosed: () => false,
    isDraining: () => false,
    protocol: { sendCommand: (bytes: Uint8Array) => sent.push(Buffer.from(bytes).toString("latin1")) },
    publish: (...args: unknown[]) => published.push(args),
  };
  return { frames: new Frames(nc as unknown as NatsConnection), nc, sent, published };
}

function expectedHeader(sequence: number): string {
  const h = headers();
  h.set("Nats-Expected-Last-Subject-Sequence", String(sequence));
  return Buffer.from((h as unknown as { encode(): Uint8Array }).encode()).toString("latin1");
}

/** As the protocol's own document has it. */
function frameOf(subject: string, payload: string, reply: string, sequence: number): string {
  const to = reply ? `${subject} ${reply}` : subject;
  if (sequence < 0) return `PUB ${to} ${payload.length}\r\n${payload}\r\n`;
  const header = expectedHeader(sequence);
  return `HPUB ${to} ${header.length} ${header.length + payload.length}\r\n${header}${payload}\r\n`;
}

const token = fc.stringMatching(/^[A-Za-z0-9_=$-]{1,30}$/);
const message = fc.record({
  subject: fc.array(token, { minLength: 1, maxLength: 6 }).map((tokens) => tokens.join(".")),
  payload: fc.oneof(
    fc.string({ maxLength: 300 }),
    fc.nat(70_000).map((length) => "x".repeat(length)),
  ),
  reply: fc.oneof(fc.constant(""), token),
  sequence: fc.oneof(fc.constant(-1), fc.nat(), fc.maxSafeNat(), fc.constantFrom(0, 9, 10, 99, 100)),
});

test("what goes to the broker is byte for byte what the client would have sent, in order", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(message, { maxLength: 20 }), async (messages) => {
      const { frames, sent, published } = fakeClient();
      for (const { subject, payload, reply, sequence } of messages)
        frames.publish(subject, Buffer.from(payload, "latin1"), reply, sequence);
      await Promise.resolve();
      const want = messages.map((one) =>
        frameOf(one.subject, Buffer.from(one.payload, "latin1").toString("latin1"), one.reply, one.sequence),
      );
      expect(sent.join("")).toBe(want.join(""));
      expect(published).toEqual([]);
    }),
    { numRuns: 50 },
  );
});

test("what was handed over stays as it was when more is written", async () => {
  const { frames, nc } = fakeClient();
  const kept: Uint8Array[] = [];
  nc.protocol.sendCommand = (bytes) => kept.push(bytes);
  const payload = Buffer.alloc(30_000, "a");
  for (let i = 0; i < 50; i += 1) {
    frames.publish(`s.${i}`, payload, "", -1);
    await Promise.resolve();
  }
  const want = Array.from({ length: 50 }, (_, i) => frameOf(`s.${i}`, payload.toString(), "", -1));
  expect(Buffer.concat(kept).toString()).toBe(want.join(""));
});

test.for([
  { why: "a subject with a space, which it refuses", subject: "a b", payload: 1 },
  { why: "a subject that is not ASCII", subject: "ö", payload: 1 },
  { why: "a payload larger than the broker takes, which it refuses", subject: "a", payload: (1 << 20) + 1 },
])("left to the client: $why", ({ subject, payload }) => {
  const { frames, sent, published } = fakeClient();
  frames.publish(subject, new Uint8Array(payload), "r", 5);
  frames.flush();
  expect(sent).toEqual([]);
  expect(published).toMatchObject([[subject, { length: payload }, { reply: "r" }]]);
});

test("a client without the inner way is used by the outer", () => {
  const { frames, nc, published } = fakeClient();
  Object.assign(nc, { protocol: {} });
  frames.publish("a", new Uint8Array(3), "", -1);
  expect(published).toMatchObject([["a", { length: 3 }, {}]]);
});
