import { expect, test } from "vitest";
import { readResources } from "./read-resource.js";

const bare = { site: "", class: "", subclass: "", type: "", endpoint: "", metadata: {}, parents: [], ttlS: 0 };

test.for([
  { why: "one resource", text: '{"id":"a"}', want: [{ ...bare, id: "a" }] },
  {
    why: "a list",
    text: '[{"id":"a"},{"id":"b"}]',
    want: [
      { ...bare, id: "a" },
      { ...bare, id: "b" },
    ],
  },
  {
    why: "one a line",
    text: '{"id":"a"}\n{"id":"b"}\n',
    want: [
      { ...bare, id: "a" },
      { ...bare, id: "b" },
    ],
  },
  {
    why: "as `resources show` prints it",
    text: '{"resource":{"id":"a","endpoint":"e"},"source":"x"}',
    want: [{ ...bare, id: "a", endpoint: "e" }],
  },
  {
    why: "numbers and truth in metadata are text",
    text: '{"id":"a","metadata":{"rack":4,"spare":true}}',
    want: [{ ...bare, id: "a", metadata: { rack: "4", spare: "true" } }],
  },
  { why: "the ttl as the contracts write it", text: '{"id":"a","ttl_s":60}', want: [{ ...bare, id: "a", ttlS: 60 }] },
  { why: "ids of any characters", text: '{"id":"a.b /é*>"}', want: [{ ...bare, id: "a.b /é*>" }] },
])("it reads $why", ({ text, want }) => expect(readResources(text, "f.json")).toEqual(want));

test.for([
  { why: "no JSON", text: "{id: a}", says: /^f\.json is not JSON: / },
  { why: "no JSON in one of several lines", text: '{"id":"a"}\n{"id":}\n', says: /^f\.json, line 2, is not JSON: / },
  {
    why: "a list of texts",
    text: '["a"]',
    says: 'f.json: a resource is an object such as {"id": "sw-1", "endpoint": "10.0.0.1"}',
  },
  { why: "no id", text: "{}", says: /^f\.json: id: / },
  { why: "an empty id", text: '{"id":""}', says: "f.json: id is empty; every resource needs one" },
  {
    why: "an unknown key, with the nearest",
    text: '{"id":"a","endpiont":"b"}',
    says: 'f.json: unknown key "endpiont"; did you mean "endpoint"?',
  },
  {
    why: "everything that is wrong at once",
    text: '[{"id":"a","ttlS":1.5},{"id":"b","zzzzzz":1}]',
    says: /^f\.json: ttlS: .*\nf\.json, resource 2: unknown key "zzzzzz"; there are id, /,
  },
])("it refuses $why", ({ text, says }) => {
  const read = (): unknown => readResources(text, "f.json");
  expect(read).toThrow(says);
  expect(read).toThrow(expect.objectContaining({ code: "invalid" }));
});
