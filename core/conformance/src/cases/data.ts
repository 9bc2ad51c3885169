import { holdsJsonObject } from "@ocelli/model";
import { type Fault, type MetricGroup, MetricType, PollStatus, type Resource } from "@ocelli/proto/resource";
import type { Case } from "../engine/case.js";
import { must, NotApplicable } from "../engine/verdict.js";
import type { Fixture } from "../fixture/fixture.js";
import type { Knobs } from "../work/knobs.js";
import { mustEndWell, outcomeOf, short } from "./answers.js";

const namePattern = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Everything that is wrong with the groups of one answer. */
function groupProblems(groups: readonly MetricGroup[]): string[] {
  const seen = new Set<string>();
  return groups.flatMap((group) => {
    const { name, dimensions, metrics, atMs } = group;
    const problems: string[] = [];
    if (name === "") problems.push("a group has no name");
    const names = dimensions.map((one) => one.name);
    for (const odd of names.filter((one) => !namePattern.test(one))) problems.push(`a dimension is named "${odd}"`);
    if (new Set(names).size < names.length) problems.push(`group ${name} has a dimension twice`);
    const key = JSON.stringify([name, ...dimensions.map((one) => [one.name, one.value]).sort()]);
    if (seen.has(key)) problems.push(`group ${name} comes twice with the same dimensions`);
    seen.add(key);
    if (metrics.length === 0) problems.push(`group ${name} has no metrics`);
    if (new Set(metrics.map((one) => one.name)).size < metrics.length)
      problems.push(`group ${name} has a metric twice`);
    if (atMs < 0n) problems.push(`group ${name} was read before 1970`);
    for (const { name: metric, type, value } of metrics) {
      const where = `metric ${metric} of group ${name}`;
      if (!namePattern.test(metric)) problems.push(`a metric of group ${name} is named "${metric}"`);
      const isKnown = type === MetricType.GAUGE || type === MetricType.COUNTER;
      if (!isKnown) problems.push(`${where} is neither gauge nor counter`);
      if (value.case === undefined) problems.push(`${where} has no value`);
      else if (!Number.isFinite(Number(value.value))) problems.push(`${where} is ${value.value}`);
      else if (type === MetricType.COUNTER && value.value < 0 && Number(value.value) !== -1) {
        problems.push(`the counter ${metric} of group ${name} is negative`);
      }
    }
    return problems;
  });
}

function mustBeFine(problems: readonly string[]): void {
  const [first, ...more] = problems;
  must(first === undefined, `${first}${more.length > 0 ? ` (and ${more.length} more)` : ""}`);
}

/** A device that is not there excuses a fault, but none that says that the plugin itself is wrong. */
function mayFail({ device }: Fixture, fault: Fault | undefined): boolean {
  return fault === undefined || (device === "none" && fault.status !== PollStatus.INTERNAL);
}

const metrics: Case = {
  id: "data/metrics",
  promise: "metrics have good names, a type and a finite value, and groups differ in name or dimensions",
  advice: "leave out what was not measured; a name is a letter or underscore, then letters, digits and underscores",
  async run(trial) {
    const { worker, fixture } = trial;
    trial.needService("polling");
    const use = await worker.configure({ knobs: { groups: 5, value: 0 } });
    const outcome = await worker.one("polling", use);
    mustBeFine(groupProblems(outcome.groups));
    const { fault } = outcome;
    must(mayFail(fixture, fault), `it failed: ${fault?.message}`, "it brings metrics");
    if (outcome.groups.length === 0 && fault) {
      throw new NotApplicable(`its answer was a fault (${short(fault.message)}): name a resource that answers`);
    }
    const count = outcome.groups.reduce((sum, group) => sum + group.metrics.length, 0);
    if (!worker.isProbe) return `${outcome.groups.length} groups, ${count} metrics`;
    must(outcome.groups.length === 5, `5 groups were asked for, ${outcome.groups.length} came`);
    const zero = outcome.groups[0]?.metrics.find(({ name }) => name === "value");
    must(zero !== undefined && Number(zero.value.value) === 0, "the metric value = 0 is missing", "zero is a value");
    return `${outcome.groups.length} groups, ${count} metrics`;
  },
};

const facts: Case = {
  id: "data/facts",
  promise:
    "facts are JSON objects with a namespace, a schema version and a time to live, once per namespace and resource",
  advice: "give every enrichment set namespace, schema, ttl_s of at least 1 and data_json with an object",
  async run(trial) {
    const { worker, fixture } = trial;
    trial.needService("enrichment");
    const use = await worker.configure();
    const { sets, fault } = await worker.one("enrichment", use);
    const seen = new Set<string>();
    for (const { namespace, schema, ttlS, dataJson, resourceId } of sets) {
      must(namespace !== "", "a set has no namespace");
      must(ttlS > 0, `the facts ${namespace} hold for ${ttlS} s`, "a ttl_s of at least 1");
      must(schema !== "", `the facts ${namespace} name no schema version`);
      const key = JSON.stringify([namespace, resourceId]);
      must(!seen.has(key), `the facts ${namespace} come twice for one resource`);
      seen.add(key);
      const text = new TextDecoder().decode(dataJson);
      must(holdsJsonObject(text), `data_json of ${namespace} is ${short(text)}`, "a JSON object");
    }
    must(mayFail(fixture, fault), `it failed: ${fault?.message}`, "it brings facts");
    if (sets.length === 0 && fault) {
      throw new NotApplicable(`its answer was a fault (${short(fault.message)}): name a resource that answers`);
    }
    return `${sets.length} sets`;
  },
};

const resources: Case = {
  id: "data/resources",
  promise: "resources have an id of 1 to 512 bytes, each once in a discovery, and none is its own parent",
  advice: "check ids before you yield a resource",
  async run(trial) {
    const { worker } = trial;
    trial.needService("discovery");
    const use = await worker.configure({ knobs: { groups: 7 } });
    const { resources: found, error } = await worker.discover(worker.run(use));
    if (error !== undefined) throw error;
    mustBeFine(resourceProblems(found));
    must(!worker.isProbe || found.length === 7, `7 resources were asked for, ${found.length} came`);
    return `${found.length} resources`;
  },
};

function resourceProblems(found: readonly Resource[]): string[] {
  const seen = new Set<string>();
  return found.flatMap(({ id, parents }) => {
    const problems: string[] = [];
    const bytes = Buffer.byteLength(id);
    if (bytes < 1 || bytes > 512) problems.push(`an id is ${bytes} bytes long: ${short(id)}`);
    if (seen.has(id)) problems.push(`resource "${id}" comes twice`);
    if (parents.includes(id)) problems.push(`resource "${id}" is its own parent`);
    seen.add(id);
    return problems;
  });
}

/** A mistake of the author that must not leave the module. */
function authorsMistake(id: string, fail: NonNullable<Knobs["fail"]>, what: string, named: RegExp): Case {
  return {
    id,
    promise: `${what} stays in the module: the item fails with a sentence that names it, and the others do not`,
    advice: "look at every value before it is sent; fail the one item with status internal and origin plugin",
    async run(trial) {
      trial.needService("polling");
      const { worker } = trial;
      trial.needKnobs(`return ${what}`, "fail", "fail_for");
      const { resource } = trial.fixture;
      const use = await worker.configure({ knobs: { groups: 2, fail, fail_for: `${resource.id}-2` } });
      const call = await worker.call("polling", worker.items(use, 3));
      mustEndWell(call);
      const bad = outcomeOf(call, 2);
      mustBeFine(groupProblems(bad.groups));
      const { fault } = bad;
      must(fault !== undefined, "the item was answered without a fault", `a fault that says what is wrong`);
      mustName(fault, named);
      for (const item of [1, 3]) {
        const { fault: other } = outcomeOf(call, item);
        must(other === undefined, `item ${item}, which is well, failed too: ${other?.message}`);
      }
      return short(fault.message);
    },
  };
}

function mustName(fault: Fault, named: RegExp): void {
  must(
    named.test(fault.message),
    `its sentence is: ${short(fault.message)}`,
    `a sentence that names it (${named.source})`,
  );
}

export const dataCases: readonly Case[] = [
  metrics,
  facts,
  resources,
  authorsMistake("data/not-a-number", "nan", "a metric that is NaN", /value/),
  authorsMistake("data/bad-name", "bad_name", "a metric named no-dash", /no-dash/),
  authorsMistake("data/duplicate", "duplicate", "the same group twice", /probe/),
];
