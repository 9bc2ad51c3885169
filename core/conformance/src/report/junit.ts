import reports, { type Builder } from "junit-report-builder";
import { groupOf, type Report } from "./report.js";

// Its types tell of a default inside the default; the module itself is the builder.
const library = reports as unknown as Builder;

/** A report as JUnit XML: a suite for each way of starting, a test case for each case. */
export function reportJunit(report: Report): string {
  const { module, subject, modes, cases, seed } = report;
  const name = module?.name ?? subject;
  const builder = library.newBuilder();
  for (const mode of modes) {
    const suite = builder.testSuite().name(`${name} (${mode})`).property("seed", String(seed));
    for (const { id, outcomes } of cases) {
      const outcome = outcomes.get(mode);
      if (!outcome) continue;
      const one = suite
        .testCase()
        .name(clean(id))
        .className(clean(`${name}.${mode}.${groupOf(id)}`));
      switch (outcome.kind) {
        case "passed":
          one.time(outcome.tookMs / 1000);
          break;
        case "not_applicable":
          one.skipped().standardOutput(clean(`not applicable: ${outcome.reason}`));
          break;
        case "failed": {
          const { expected, seen, advice, tookMs } = outcome;
          one.time(tookMs / 1000).failure(clean(seen), "conformance");
          one.standardOutput(clean(`expected: ${expected}\nseen: ${seen}\nto do: ${advice}`));
          break;
        }
      }
    }
  }
  return builder.build();
}

/** Without what XML cannot hold, whoever said it. */
function clean(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  return text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])/g, "?");
}
