import fc from "fast-check";
import { expect, test } from "vitest";
import { addressOf } from "./endpoint.js";
import { type Facts, fill, fillArguments } from "./fill.js";
import { parseCommand, parseValue } from "./template.js";

const known = { settings: ["level", "a-b"], secret: ["token"] };

function facts(metadata: Record<string, string> = {}, resource: Record<string, string> = {}): Facts {
  const empty = { site: "", class: "", subclass: "", type: "", endpoint: "", parents: [], ttlS: 0 };
  return {
    resource: { ...empty, id: "r-1", metadata, ...resource },
    settings: { level: "5", "a-b": "x y" },
    secret: {},
    run: { plugin: "p", slot_at_ms: "0", frequency_s: "60", timeout_s: "9" },
  };
}

function args(command: string, given = facts()): string[] {
  const { words, problems } = parseCommand(command, known);
  expect(problems).toEqual([]);
  const filled = fillArguments(words, given);
  expect(filled.refused).toEqual([]);
  return filled.args;
}

test.for([
  { why: "white space parts arguments", command: " a  b\tc ", want: ["a", "b", "c"] },
  { why: "quotes keep an argument together", command: `a "b c" 'd e'`, want: ["a", "b c", "d e"] },
  { why: "an empty argument is one", command: `a "" ''`, want: ["a", "", ""] },
  { why: "pieces without white space are one argument", command: `--x="b c"'d e'f`, want: ["--x=b cd ef"] },
  { why: "single quotes take everything as it is", command: `'a\\b"c'`, want: [`a\\b"c`] },
  {
    why: "a backslash in double quotes stands before a quote or itself",
    command: `"a\\"b\\\\c\\d"`,
    want: [`a"b\\c\\d`],
  },
  { why: "a backslash outside of quotes stands before anything", command: `a\\ b \\'`, want: ["a b", "'"] },
  { why: "braces are doubled", command: "awk '{{print $1}}'", want: ["awk", "{print $1}"] },
  {
    why: "placeholders are filled in",
    command: "x -H {resource.id} -l{settings.level}",
    want: ["x", "-H", "r-1", "-l5"],
  },
  { why: "a value with blanks stays one argument", command: "x {settings.a-b}", want: ["x", "x y"] },
  {
    why: "placeholders work in quotes as well",
    command: `x "{resource.id} b" '{run.plugin}'`,
    want: ["x", "r-1 b", "p"],
  },
  { why: "what is missing may have something else", command: "x {resource.metadata.port|161}", want: ["x", "161"] },
  { why: "something else may be nothing", command: "x {resource.metadata.port|}", want: ["x", ""] },
  { why: "a key may have blanks", command: "x {resource.metadata.two words|a b}", want: ["x", "a b"] },
])("$why", ({ command, want }) => expect(args(command)).toEqual(want));

test.for([
  {
    why: "a slip in a name is answered by the right one",
    command: "x {resource.endpint}",
    says: "did you mean {resource.endpoint}?",
  },
  { why: "a name without its section is found", command: "x {endpoint}", says: "did you mean {resource.endpoint}?" },
  {
    why: "a slip in the name of a setting is found",
    command: "x {settings.levl}",
    says: "did you mean {settings.level}?",
  },
  {
    why: "a key that is not there is said to be missing",
    command: "x {secret.password}",
    says: "section [secret] has no key password",
  },
  {
    why: "what looks like a program's own braces says how to write them",
    command: "awk '{print $1}'",
    says: "write {{ for { itself",
  },
  { why: "a brace without end is found", command: "x {resource.id", says: "close it with }" },
  { why: "a brace without beginning is found", command: "x }", says: "write }} for } itself" },
  { why: "a quote without end is found", command: `x "abc`, says: "close it" },
  { why: "a pipe would be an argument", command: "x | grep y", says: "put what needs a shell into a script" },
  { why: "a redirection would be an argument", command: "x 2>&1", says: "put what needs a shell into a script" },
])("$why", ({ command, says }) => {
  const { problems } = parseCommand(command, known);
  expect(problems.map(({ severity, detail }) => ({ severity, detail }))).toContainEqual({
    severity: "error",
    detail: expect.stringContaining(says) as unknown,
  });
});

test("a problem names its column", () => {
  expect(parseCommand("check -H {resource.nothing}", known).problems[0]).toMatchObject({ column: 10 });
});

test("what a shell would fill in is warned of, and not in single quotes", () => {
  expect(parseCommand("x $HOME", known).problems[0]).toMatchObject({ severity: "warning" });
  expect(parseCommand("x '$HOME' $ 5$", known).problems).toEqual([]);
});

test("a value in the environment is one text: quotes and blanks mean nothing", () => {
  const { template, problems } = parseValue(`"a b" 'c' \\ {resource.id}`, known);
  expect(problems).toEqual([]);
  expect(fill(template, facts())).toEqual({ kind: "filled", text: `"a b" 'c' \\ r-1` });
});

test.for([
  {
    why: "a metadata key that is missing",
    command: "x {resource.metadata.port}",
    says: "no value for {resource.metadata.port}",
  },
  { why: "an endpoint that is empty", command: "x {resource.endpoint}", says: "no value for {resource.endpoint}" },
  { why: "a port that the endpoint does not have", command: "x {resource.port}", says: "no value for {resource.port}" },
  { why: "a property that every object has", command: "x {resource.metadata.toString}", says: "no value for" },
  { why: "a NUL byte", command: "x {resource.metadata.nul}", says: "holds a NUL byte" },
  { why: "a value that would become an option", command: "x {resource.metadata.dash}", says: 'begins with "-"' },
  {
    why: "a value that would begin an option together with text",
    command: "x {resource.site}{resource.metadata.dash}",
    says: 'begins with "-"',
  },
])("refused: $why", ({ command, says }) => {
  const { words } = parseCommand(command, known);
  const { refused } = fillArguments(words, facts({ nul: "a\0b", dash: "-rf" }));
  expect(refused).toEqual([expect.stringContaining(says)]);
});

test.for([
  { why: "behind a -- of the template", command: "x -- {resource.metadata.dash}", want: ["x", "--", "-rf"] },
  { why: "joined to its option", command: "x --name={resource.metadata.dash}", want: ["x", "--name=-rf"] },
])("a value that begins with - is taken $why", ({ command, want }) => {
  expect(args(command, facts({ dash: "-rf" }))).toEqual(want);
});

test("a -- that comes from a value opens no door", () => {
  const { words } = parseCommand("x {resource.metadata.dashes|--} -- {resource.metadata.dash}", known);
  expect(fillArguments(words, facts({ dashes: "--", dash: "-rf" })).refused).toHaveLength(1);
  const { words: after } = parseCommand("x {resource.metadata.dashes} {resource.metadata.dash}", known);
  expect(fillArguments(after, facts({ dashes: "--", dash: "-rf" })).refused).toHaveLength(2);
});

const nasty = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom(
    "$(touch x)",
    "`id`",
    "; rm -rf /",
    "a\nb",
    `"'"`,
    "{resource.id}",
    "{{",
    "\\",
    "| cat",
    "*",
    "é😀",
    "--",
  ),
);

test("whatever a value holds, it stays in its argument, exactly as it is", () => {
  fc.assert(
    fc.property(nasty, nasty, (a, b) => {
      fc.pre(!a.includes("\0") && !b.includes("\0"));
      const given = facts({ a, b });
      expect(
        args(
          `x -- {resource.metadata.a} "y {resource.metadata.b}z" '{resource.metadata.a}'{resource.metadata.b}`,
          given,
        ),
      ).toEqual(["x", "--", a, `y ${b}z`, a + b]);
    }),
  );
});

test("any text can be written as an argument", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      fc.pre(!text.includes("\0"));
      const braces = text.replace(/[{}]/g, (char) => char + char);
      expect(args(`"${braces.replace(/["\\]/g, (char) => `\\${char}`)}"`)).toEqual([text]);
    }),
  );
});

test("whatever is written as a command, reading it says something and throws nothing", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(..."ab {}'\"\\|$.-\n", "resource.id") }), (text) => {
      const { words } = parseCommand(text, known);
      for (const word of words) expect(Array.isArray(word)).toBe(true);
    }),
  );
});

test.for([
  { endpoint: "10.0.0.1", host: "10.0.0.1", port: undefined },
  { endpoint: "10.0.0.1:161", host: "10.0.0.1", port: "161" },
  { endpoint: "router.example.net:22", host: "router.example.net", port: "22" },
  { endpoint: "2001:db8::1", host: "2001:db8::1", port: undefined },
  { endpoint: "[2001:db8::1]:161", host: "2001:db8::1", port: "161" },
  { endpoint: "[2001:db8::1]", host: "2001:db8::1", port: undefined },
  { endpoint: "https://user:pass@example.net:8443/a:b?c", host: "example.net", port: "8443" },
  { endpoint: "http://[::1]/x", host: "::1", port: undefined },
  { endpoint: "", host: undefined, port: undefined },
  { endpoint: ":80", host: undefined, port: "80" },
])("the endpoint $endpoint is host $host and port $port", ({ endpoint, host, port }) =>
  expect(addressOf(endpoint)).toEqual({ host, port }),
);
