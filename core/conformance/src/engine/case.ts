import type { Kind } from "@ocelli/model";
import type { Fixture } from "../fixture/fixture.js";
import type { LaunchHost, LaunchOptions } from "../launch/launch.js";
import type { Line } from "../launch/module-process.js";
import type { Mode, RunningModule } from "../launch/running-module.js";
import type { ItemService } from "../work/item-call.js";
import type { Worker } from "../work/worker.js";
import type { Random } from "./random.js";
import type { Timings } from "./timings.js";

/** One promise that a module keeps, and how it is tried. */
export interface Case {
  /** `group/case`; never changes once it is released. */
  readonly id: string;
  /** What a module does that keeps it: the "expected" of a failure. */
  readonly promise: string;
  /** What its author does where it does not. */
  readonly advice: string;
  /** The ways of starting in which it means something, and why not in the others. */
  readonly only?: { readonly modes: readonly Mode[]; readonly because: string };
  /** Cases without which this one says nothing: where one of them failed, it is left out. */
  readonly needs?: readonly string[];
  /** Tries it. Resolves with what was seen, throws Broken or NotApplicable; any other error counts as broken. */
  run(trial: Trial): Promise<string>;
}

/** What a case is given. */
export interface Trial {
  readonly mode: Mode;
  readonly timings: Timings;
  readonly random: Random;
  readonly signal: AbortSignal;
  readonly fixture: Fixture;
  /** Undefined for an endpoint. */
  readonly host: LaunchHost | undefined;
  /** The module that the cases share. */
  readonly module: RunningModule;
  /** Puts the shared module to work. */
  readonly worker: Worker;
  /** The services that are tried. */
  readonly services: ReadonlySet<Kind>;
  /** The service for cases that need items: polling where there is one. Ends the case where there is none. */
  itemService(): ItemService;
  /** The service for cases that are true of all of them: one that works on items where there is one. */
  mainService(): Kind;
  /** Both services that work on items, as far as they are there. Ends the case where there is none. */
  itemServices(): ItemService[];
  /** Ends the case where the module does not have this service. */
  needService(kind: Kind): void;
  /** Ends the case where the module cannot be told to do something: `what` says what it would have to do. */
  needKnobs(what: string, ...names: readonly string[]): void;
  /** A module of the case's own. Ends the case where the kit does not start the module itself. */
  fresh(options?: LaunchOptions): Promise<Worker>;
  /** Makes something once in this way of starting, for the cases that judge different sides of it. */
  once<T>(name: string, make: () => Promise<T>): Promise<T>;
  /** Everything the modules of this way of starting have written so far. */
  lines(): Line[];
}
