// Who may import whom. Each rule's comment is the sentence to read when it bites.
import { cruise } from "dependency-cruiser";

const tests = "[.](int[.])?test[.]ts$|/src/testing/";

/** A library as it appears after resolution, wherever it was installed. */
const library = (...names) => `(^|/)node_modules/(${names.join("|")})(/|$)`;
const anyLibrary = "(^|/)node_modules/";

/** Sources of a folder except its tests may import nothing but what is listed (and their own folder). */
function onlyMayImport({ name, comment, folder, allowed, node = true }) {
  return {
    ...{ name, comment, severity: "error" },
    from: { path: `^${folder}/`, pathNot: tests },
    to: { pathNot: [`^${folder}/`, ...allowed], ...(node && { dependencyTypesNot: ["core"] }) },
  };
}

/** The same, but libraries from npm are not looked at: only our own packages. */
function onlyMayImportOfOurs({ name, comment, folder, allowed }) {
  return onlyMayImport({ name, comment, folder, allowed: [...allowed, anyLibrary] });
}

const core = (...names) => `^core/(${names.join("|")})/`;
const proto = "^proto/";

const rules = [
  {
    name: "no-cycles",
    comment: "A cycle is a folder that has not been decided yet.",
    severity: "error",
    from: {},
    to: { circular: true },
  },
  {
    name: "resolvable",
    comment: "What cannot be found cannot be checked.",
    severity: "error",
    from: {},
    to: { couldNotResolve: true },
  },
  onlyMayImport({
    name: "model-is-pure",
    comment: "core/model holds the words of the domain: it imports nothing, not even Node.",
    folder: "core/model",
    allowed: [],
    node: false,
  }),
  {
    name: "domain-is-pure",
    comment: "A service's domain imports @ocelli/model and itself; what it needs of the world it states as a port.",
    severity: "error",
    from: { path: "^services/([^/]+)/src/domain/", pathNot: tests },
    to: { pathNot: ["^services/$1/src/domain/", core("model")] },
  },
  {
    name: "adapters-do-not-wire",
    comment:
      "An adapter imports its own domain, the contracts and the core packages that reach the world; not main.ts, not config.ts.",
    severity: "error",
    from: { path: "^services/([^/]+)/src/adapters/", pathNot: tests },
    to: {
      pathNot: [
        "^services/$1/src/(domain|adapters)/",
        core("model", "codec", "bus", "rpc", "module-host", "plugin-file", "runtime"),
        ...[proto, anyLibrary],
      ],
      dependencyTypesNot: ["core"],
    },
  },
  {
    name: "adapters-are-handed-the-runtime",
    comment: "An adapter may name the runtime's types, such as the logger it is given; main.ts alone makes them.",
    severity: "error",
    from: { path: "^services/[^/]+/src/adapters/", pathNot: tests },
    to: { path: core("runtime"), dependencyTypesNot: ["type-only"] },
  },
  onlyMayImport({
    name: "codec-translates",
    comment: "core/codec stands between model and proto, and knows neither NATS nor gRPC; of Node it has the bytes.",
    folder: "core/codec",
    allowed: [core("model"), proto, library("@bufbuild/protobuf")],
    node: true,
  }),
  onlyMayImport({
    name: "bus-knows-nats",
    comment: "core/bus imports model, proto, codec and the NATS client.",
    folder: "core/bus",
    allowed: [core("model", "codec"), proto, library("@nats-io", "@bufbuild/protobuf")],
  }),
  onlyMayImport({
    name: "rpc-knows-grpc",
    comment: "core/rpc imports model, proto and the gRPC library.",
    folder: "core/rpc",
    allowed: [core("model"), proto, library("@grpc", "grpc-health-check", "@bufbuild/protobuf")],
  }),
  onlyMayImportOfOurs({
    name: "runtime-stands-alone",
    comment: "core/runtime is what every process needs: model, and libraries for logs and settings.",
    folder: "core/runtime",
    allowed: [core("model")],
  }),
  onlyMayImportOfOurs({
    name: "nats-server-stands-alone",
    comment: "core/nats-server finds and runs a program; it needs the model's errors and Node.",
    folder: "core/nats-server",
    allowed: [core("model")],
  }),
  onlyMayImportOfOurs({
    name: "plugin-file-stands-alone",
    comment: "core/plugin-file turns text into a plugin: model and the INI parser.",
    folder: "core/plugin-file",
    allowed: [core("model")],
  }),
  onlyMayImportOfOurs({
    name: "module-host-speaks-the-protocol",
    comment: "core/module-host starts and dials modules: model, proto, codec and rpc, and no broker.",
    folder: "core/module-host",
    allowed: [core("model", "codec", "rpc"), proto],
  }),
  onlyMayImportOfOurs({
    name: "conformance-knows-the-protocol-only",
    comment: "core/conformance judges modules from outside, as a host does: no SDK, no broker.",
    folder: "core/conformance",
    allowed: [core("model", "codec", "rpc", "runtime", "module-host"), proto],
  }),
  onlyMayImportOfOurs({
    name: "sdk-has-no-broker",
    comment:
      "The SDK is what plugin authors import: model, proto, codec, rpc and runtime. A module never holds a NATS credential.",
    folder: "plugin-sdk/typescript",
    allowed: [core("model", "codec", "rpc", "runtime"), proto],
  }),
  {
    name: "plugins-use-the-sdk",
    comment: "A plugin imports the SDK and its own libraries, as any author's plugin would.",
    severity: "error",
    from: { path: "^plugins/([^/]+)/", pathNot: tests },
    to: { pathNot: ["^plugins/$1/", "^plugin-sdk/", anyLibrary], dependencyTypesNot: ["core"] },
  },
  onlyMayImportOfOurs({
    name: "cli-asks-over-grpc",
    comment: "The command speaks to Ocelli as any client does: every core package except the bus, and no service.",
    folder: "cli",
    allowed: [
      core("model", "codec", "rpc", "runtime", "plugin-file", "module-host", "conformance", "nats-server"),
      proto,
    ],
  }),
  {
    name: "services-meet-in-the-contracts",
    comment:
      "Services never import one another, and nobody imports a service: they are processes. Broken ones of a test are put together from their parts.",
    severity: "error",
    from: { path: "^([^/]+/[^/]+)/", pathNot: ["^test/e2e/", "^test/faults/src/sabotage/"] },
    to: { path: "^services/", pathNot: "^$1/" },
  },
  {
    name: "main-is-imported-by-nobody",
    comment: "main.ts runs when it is imported: it is started, never imported.",
    severity: "error",
    from: {},
    to: { path: "^(services|plugins)/[^/]+/src/main[.]ts$|^cli/src/main[.]ts$" },
  },
  {
    name: "packages-have-one-door",
    comment: "A package is entered through its index.ts (proto: through proto/src), so that the rest of it can move.",
    severity: "error",
    from: { path: "^([^/]+/[^/]+)/" },
    to: {
      path: "^(core|test|plugin-sdk)/[^/]+/src/|^proto/",
      pathNot: ["^$1/", "/src/index[.]ts$", "^proto/src/[^/]+[.]ts$", "^proto/gen/"],
    },
  },
  {
    name: "generated-code-behind-proto",
    comment: "Generated files are reached through proto/src only.",
    severity: "error",
    from: { pathNot: "^proto/" },
    to: { path: "^proto/gen/" },
  },
  {
    name: "nats-in-the-bus-only",
    comment: "Only core/bus knows the NATS client (and tests, which look behind its back).",
    severity: "error",
    from: { pathNot: ["^core/bus/", "^test/", tests] },
    to: { path: library("@nats-io", "nats") },
  },
  {
    name: "grpc-in-rpc-only",
    comment: "Only core/rpc knows the gRPC library (and tests, which call as strangers do).",
    severity: "error",
    from: { pathNot: ["^core/rpc/", "^test/", tests] },
    to: { path: library("@grpc", "grpc-health-check") },
  },
  {
    name: "tests-only",
    comment: "What test/ holds is imported by tests only.",
    severity: "error",
    from: { pathNot: ["^test/", tests] },
    to: { path: ["^test/", library("vitest", "fast-check")] },
  },
  {
    name: "kit-is-below-services",
    comment: "The kit serves the tests of every service, so it depends on none, nor on a plugin or the command.",
    severity: "error",
    from: { path: "^test/kit/" },
    to: { path: "^(services|plugins|cli)/" },
  },
];

const options = {
  doNotFollow: { path: ["node_modules", "^proto/gen/"] },
  exclude: { path: ["^(?!.*node_modules/).*/(dist|testdata|templates)/"] },
  tsPreCompilationDeps: true,
  combinedDependencies: true,
  enhancedResolveOptions: {
    exportsFields: ["exports"],
    conditionNames: ["@ocelli/source", "import", "types", "node", "default"],
    extensions: [".ts", ".js", ".mjs", ".json"],
    mainFields: ["main", "types"],
  },
};

// A checker that cannot read TypeScript finds no module, and nothing wrong with it. So it must first see two packages
// that are known to meet, through the workspace's source condition.
const probe = await cruise(["core/codec/src"], { ...options, ruleSet: {} });
const seen = typeof probe.output === "object" ? probe.output.modules.map((module) => module.source) : [];
if (!seen.includes("core/model/src/index.ts")) {
  throw new Error(
    `the import rules saw ${seen.length} modules of core/codec, and core/model was not among them: nothing is checked`,
  );
}

export default { forbidden: rules, options };
