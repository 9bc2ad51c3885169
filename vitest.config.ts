import { defineConfig } from "vitest/config";

// Workspace packages are read from their sources, so that a unit test never runs against a stale build.
const source = { ssr: { resolve: { conditions: ["@ocelli/source", "node", "import", "module", "default"] } } };
const everywhere = ["{core,services,plugin-sdk,plugins,cli,deploy,test}/**/src/**"];
const exclude = ["**/node_modules/**", "**/dist/**"];

const oldServer = process.env["OCELLI_TEST_NATS_SERVER_OLD"];

/** The suite that talks to a broker once more, against the oldest server that is supported. */
const integrationOnOldServer = {
  ...source,
  test: {
    name: "int-oldest-nats",
    sequence: { groupOrder: 2 },
    include: ["core/bus/src/**/*.int.test.ts", "services/**/*.int.test.ts"],
    exclude,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    env: { OCELLI_TEST_NATS_SERVER: oldServer ?? "" },
  },
};

export default defineConfig({
  test: {
    projects: [
      {
        ...source,
        test: {
          name: "unit",
          sequence: { groupOrder: 0 },
          include: everywhere.map((dir) => `${dir}/*.test.ts`),
          exclude: [...exclude, "**/*.int.test.ts", "**/*.faults.test.ts", "test/e2e/**"],
          // No judgement of speed: on a machine that is busy with other things, all take longer.
          testTimeout: 20_000,
        },
      },
      {
        ...source,
        test: {
          name: "int",
          // After the unit tests, so that processes under test have the machine to themselves.
          sequence: { groupOrder: 1 },
          include: everywhere.map((dir) => `${dir}/*.int.test.ts`),
          exclude: [...exclude, "test/e2e/**"],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      ...(oldServer ? [integrationOnOldServer] : []),
      {
        ...source,
        test: {
          name: "e2e",
          sequence: { groupOrder: 3 },
          include: ["test/e2e/src/**/*.test.ts"],
          exclude,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        ...source,
        test: {
          name: "faults",
          // Last, for its figures are those of a machine that does nothing else.
          sequence: { groupOrder: 4 },
          include: ["test/faults/src/**/*.faults.test.ts"],
          exclude,
          testTimeout: 180_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
