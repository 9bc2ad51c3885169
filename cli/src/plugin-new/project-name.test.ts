import { expect, test } from "vitest";
import { identifierOf, nameProblem } from "./project-name.js";

test.for(["my-plugin", "snmp", "a1-b2", "x", "domain", "class-of-service"])("%s is a name", (name) =>
  expect(nameProblem(name)).toBeUndefined(),
);

test.for([
  { why: "nothing", name: "", says: "a name is needed, such as my-plugin" },
  { why: "capitals", name: "MyPlugin", says: /small letters, .*; my-plugin would do$/ },
  { why: "blanks and accents", name: "Prüfe das", says: /; prufe-das would do$/ },
  { why: "an underscore", name: "my_plugin", says: /; my-plugin would do$/ },
  { why: "a digit in front", name: "2fast", says: /a letter first; fast would do$/ },
  { why: "hyphens at the end and in a row", name: "a--b-", says: /single hyphens, .*; a-b would do$/ },
  {
    why: "a path",
    name: "plugins/mine",
    says: '"plugins/mine" is a path: the name is a word, and --dir says where it goes; mine would do',
  },
  { why: "a path out of here", name: "../..", says: /is a path/ },
  { why: "what it would hide", name: "ocelli", says: /is taken: .*; my-ocelli would do$/ },
  {
    why: "a section of Ocelli's",
    name: "core",
    says: `"core" is taken: [core], where its settings would stand, is Ocelli's own section [Core]; my-core would do`,
  },
  {
    why: "nearly a section of Ocelli's",
    name: "mail",
    says: /a slip of Ocelli's own section \[main\]; my-mail would do$/,
  },
  { why: "an own section that swallows a prefix", name: "enrichment", says: /; enrichment-plugin would do$/ },
  {
    why: "a keyword of Python",
    name: "class",
    says: /^"class" is taken: it is a keyword of Python, .*; my-class would do$/,
  },
  {
    why: "no letter at all",
    name: "日本",
    says: /is no name for a plugin: small letters, digits and single hyphens, a letter first$/,
  },
  { why: "too many characters", name: "a".repeat(61), says: "the name has 61 characters; at most 60 are taken" },
])("a project is not called by $why", ({ name, says }) => {
  expect(nameProblem(name)).toMatch(says);
  const better = /; (\S+) would do$/.exec(nameProblem(name) ?? "")?.[1];
  if (better !== undefined) expect(nameProblem(better), "what is suggested would do").toBeUndefined();
});

test("where hyphens are not taken, underscores stand for them", () => expect(identifierOf("a-b-1")).toBe("a_b_1"));
