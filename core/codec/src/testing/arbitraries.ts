import fc from "fast-check";

export const text = fc.oneof(fc.string({ maxLength: 20 }), fc.string({ unit: "binary", maxLength: 40 }));

export const instant = fc.oneof(
  fc.integer(),
  fc.maxSafeInteger(),
  fc.constantFrom(0, -1, 2 ** 31, 2 ** 32, 2 ** 53 - 1),
);

export const resource = fc.record({
  id: text,
  site: text,
  class: text,
  subclass: text,
  type: text,
  endpoint: text,
  metadata: fc.dictionary(
    text.filter((name) => name !== "__proto__"),
    text,
    { maxKeys: 4 },
  ),
  parents: fc.array(text, { maxLength: 3 }),
  ttlS: fc.nat(2 ** 32 - 1),
});
