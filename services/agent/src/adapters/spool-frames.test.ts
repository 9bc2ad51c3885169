import { describe, expect, test } from "vitest";
import { frameHeader, headerBytes, readFrames } from "./spool-frames.js";

const payloads = ["the first", "", "the third, which is longer than the others"].map((text) => Buffer.from(text));
const framed = payloads.map((payload) => Buffer.concat([frameHeader(payload), payload]));
const file = Buffer.concat(framed);
const read = (bytes: Buffer): string[] =>
  readFrames(bytes).frames.map(({ payload }) => Buffer.from(payload).toString());
const texts = payloads.map(String);

test("what was written is read, with its places", () => {
  expect(readFrames(file)).toMatchObject({ damaged: 0, tornBytes: 0 });
  expect(read(file)).toEqual(texts);
  expect(readFrames(file).frames.map(({ at }) => at)).toEqual([0, 25, 41]);
});

test("a file that breaks off at any byte of its last frame gives all others, and says how much is torn", () => {
  const [first = Buffer.alloc(0), second = Buffer.alloc(0), third = Buffer.alloc(0)] = framed;
  for (let kept = 0; kept < third.length; kept += 1) {
    const torn = Buffer.concat([first, second, third.subarray(0, kept)]);
    expect(read(torn)).toEqual(texts.slice(0, 2));
    expect(readFrames(torn)).toMatchObject({ damaged: 0, tornBytes: kept });
  }
});

describe("a flipped bit costs the frame it is in, and no other", () => {
  const first = framed[0]?.length ?? 0;
  const second = first + (framed[1]?.length ?? 0);
  test.for([
    { why: "in the first", from: 0, to: first, left: texts.slice(1) },
    { why: "in an empty one", from: first, to: second, left: [texts[0], texts[2]] },
    { why: "in the last", from: second, to: file.length, left: texts.slice(0, 2) },
  ])("$why", ({ from, to, left }) => {
    for (let at = from; at < to; at += 1) {
      const flipped = Buffer.from(file);
      flipped[at] = (flipped[at] ?? 0) ^ (1 << (at % 8));
      expect(read(flipped)).toEqual(left);
      const { damaged, tornBytes } = readFrames(flipped);
      expect(damaged + tornBytes).toBeGreaterThan(0);
    }
  });
});

test("zeros at the end, as a power cut leaves them, are a torn end", () => {
  expect(readFrames(Buffer.concat([file, Buffer.alloc(100)]))).toMatchObject({ damaged: 0, tornBytes: 100 });
});

test("a frame that somebody hid in data is not believed when the writer dies over that data", () => {
  const hidden = framed[0] ?? Buffer.alloc(0);
  const payload = Buffer.concat([hidden, Buffer.alloc(50)]);
  const torn = Buffer.concat([frameHeader(payload), payload]).subarray(0, headerBytes + hidden.length + 10);
  expect(read(torn)).toEqual([]);
});
