/** A module that breaks one rule, and the one case that has to say so. */
export interface Mutant {
  readonly name: string;
  readonly case: string;
  /** What it does wrong, in words that follow its name. */
  readonly breaks: string;
  /** The way of starting in which the rule means something; a child where it is not said. */
  readonly mode?: "stand-alone";
}

/** One program plays them all: `node dist/mutant.js NAME`. */
export const mutants = [
  {
    name: "takes-any-version",
    case: "handshake/version-mismatch",
    breaks: "chooses version 1 though only 98 and 99 were offered",
  },
  {
    name: "wants-known-capabilities",
    case: "handshake/unknown-capabilities",
    breaks: "refuses a host whose capabilities it does not know",
  },
  { name: "new-boot-id-each-time", case: "handshake/repeated", breaks: "makes a new boot id for every handshake" },
  { name: "takes-any-token", case: "handshake/token", breaks: "does not look at the launch token" },
  { name: "never-serving", case: "handshake/health", breaks: "says NOT_SERVING from the start" },
  {
    name: "ignores-lower-limit",
    case: "handshake/limits",
    breaks: "sends messages larger than the bootstrap line allows",
  },
  { name: "names-what-it-lacks", case: "describe/services", breaks: "describes a sink that it does not serve" },
  {
    name: "old-schema-dialect",
    case: "describe/settings-schema",
    breaks: "describes its settings in a dialect of 2013",
  },
  {
    name: "digest-each-time",
    case: "describe/digest",
    breaks: "gives another digest of the same description with every handshake",
  },
  { name: "zero-is-missing", case: "settings/accepted", breaks: "takes a setting of 0 for one that is missing" },
  {
    name: "first-problem-only",
    case: "settings/all-diagnostics",
    breaks: "stops at the first problem of wrong settings",
  },
  { name: "silent-about-unknown", case: "settings/unknown-section", breaks: "ignores sections it does not know" },
  {
    name: "falls-over-bad-json",
    case: "settings/not-json",
    breaks: "fails with INTERNAL on settings that are no JSON",
  },
  { name: "takes-any-revision", case: "settings/unknown-revision", breaks: "works at a revision it was never given" },
  { name: "applies-when-asked", case: "settings/validate-only", breaks: "applies what it was only asked to validate" },
  {
    name: "unloads-when-refusing",
    case: "settings/refused-keeps-old",
    breaks: "loses the old settings when it refuses new ones",
  },
  {
    name: "reads-settings-late",
    case: "settings/new-revision",
    breaks: "reads its settings at the end of a run, when others may have come",
  },
  { name: "one-set-of-settings", case: "settings/instances", breaks: "uses the settings it got last for every plugin" },
  {
    name: "stops-when-told-again",
    case: "settings/same-again",
    breaks: "ends what runs when the same settings come again",
  },
  { name: "leaves-zero-out", case: "data/metrics", breaks: "leaves metrics of value 0 out" },
  { name: "no-schema-of-facts", case: "data/facts", breaks: "sends facts without a schema version" },
  { name: "resource-twice", case: "data/resources", breaks: "streams its first resource twice" },
  { name: "sends-nan", case: "data/not-a-number", breaks: "sends a metric that is NaN" },
  { name: "sends-bad-names", case: "data/bad-name", breaks: "sends a metric named no-dash" },
  { name: "sends-duplicates", case: "data/duplicate", breaks: "sends one group twice" },
  { name: "answers-twice", case: "stream/exactly-once", breaks: "answers item 7 twice" },
  { name: "drops-the-tail", case: "stream/batch-of-limit", breaks: "answers the first 200 items of a batch only" },
  { name: "hangs-on-nothing", case: "stream/empty-batch", breaks: "never ends a call that has no items" },
  { name: "fails-together", case: "stream/fails-alone", breaks: "fails a whole batch when one of its items throws" },
  { name: "refuses-repeats", case: "stream/repeated-call", breaks: "refuses a fence that it has seen" },
  {
    name: "counts-calls-wrong",
    case: "stream/calls-in-flight",
    breaks: "refuses more than 32 calls at a time without having said so",
  },
  { name: "ascii-only", case: "stream/odd-ids", breaks: "loses every character of an id that is not ASCII" },
  { name: "no-summary", case: "stream/complete", breaks: "ends a discovery without a summary" },
  {
    name: "claims-complete",
    case: "stream/failing-discovery",
    breaks: "says that a discovery is complete that failed",
  },
  { name: "receives-little", case: "stream/message-at-limit", breaks: "takes messages of 1 MiB only" },
  { name: "dies-of-size", case: "stream/message-too-large", breaks: "crashes on a message that is too large" },
  { name: "one-big-message", case: "stream/large-result", breaks: "sends a large result in one message" },
  {
    name: "wants-known-fields",
    case: "stream/unknown-fields",
    breaks: "refuses messages with fields it does not know",
  },
  { name: "never-waits", case: "stream/stalled-reader", breaks: "makes more and more while nobody reads" },
  { name: "ignores-deadline", case: "time/deadline", breaks: "answers when it is done, however late" },
  { name: "endless", case: "time/endless", breaks: "keeps on asking a generator that never ends" },
  {
    name: "one-deadline-for-all",
    case: "time/own-deadline",
    breaks: "applies the shortest deadline to the whole batch",
  },
  { name: "ignores-cancel", case: "time/cancel", breaks: "works on when its call is cancelled" },
  { name: "leaks-on-cancel", case: "time/cancel-burst", breaks: "keeps the places of cancelled calls occupied" },
  { name: "compares-clocks", case: "time/clock-skew", breaks: "refuses a slot that its own clock finds too old" },
  { name: "progress-of-nobody", case: "time/progress", breaks: "asks for more time without saying for which item" },
  { name: "talks-too-much", case: "errors/small-details", breaks: "sends details of 8 KiB with an error" },
  { name: "blames-the-device", case: "errors/exception", breaks: "says that its own exception was the device's fault" },
  { name: "shows-its-stack", case: "errors/no-stack", breaks: "sends the stack of an exception as its sentence" },
  { name: "cuts-nothing", case: "errors/long-sentence", breaks: "sends a sentence of 100000 characters" },
  {
    name: "forgets-the-fault",
    case: "errors/declared-fault",
    breaks: "turns a fault that the author declared into an internal error",
  },
  { name: "forgets-state", case: "state/returned", breaks: "begins every run without the state of the one before" },
  { name: "large-state", case: "state/small", breaks: "leaves a state of 5 KiB" },
  { name: "state-on-failure", case: "state/not-on-failure", breaks: "sets a state with a run that failed" },
  { name: "trusts-state", case: "state/foreign", breaks: "fails on a state that it cannot read" },
  { name: "loses-secrets", case: "secrets/applied", breaks: "does not put secrets into its settings" },
  { name: "secret-in-fault", case: "secrets/errors", breaks: "quotes a secret in a fault" },
  { name: "secret-in-result", case: "secrets/results", breaks: "carries a secret as a dimension" },
  { name: "secret-in-diagnostic", case: "secrets/describe", breaks: "quotes a secret in a diagnostic" },
  { name: "secret-in-log", case: "secrets/logs", breaks: "logs a secret" },
  { name: "token-in-log", case: "secrets/tokens", breaks: "logs its bootstrap line" },
  { name: "counts-batches-from-0", case: "sink/every-batch", breaks: "answers batches by the wrong numbers" },
  {
    name: "refuses-all",
    case: "sink/refused-alone",
    breaks: "fails a whole batch for one record that can never be stored",
  },
  { name: "chokes-on-repeats", case: "sink/again", breaks: "fails a batch that it stored before" },
  {
    name: "knows-every-key",
    case: "life/newer-host",
    breaks: "does not start with a bootstrap line that says more than it knows",
  },
  { name: "same-boot-id", case: "life/new-boot-id", breaks: "has one boot id for ever" },
  { name: "minds-prints", case: "life/stray-print", breaks: "fails an item whose code prints to stdout" },
  { name: "drain-ends-work", case: "life/drain-finishes", breaks: "ends running work when it is asked to drain" },
  { name: "drain-takes-work", case: "life/drain-refuses", breaks: "takes new work while it drains" },
  { name: "drain-stays-serving", case: "life/drain-health", breaks: "says SERVING while it drains" },
  { name: "drain-says-yes", case: "life/drain-waits", breaks: "answers Drain while work still runs" },
  { name: "drain-for-ever", case: "life/drain-grace", breaks: "waits for running work beyond the grace period" },
  { name: "exits-with-3", case: "life/stdin-closed", breaks: "exits with code 3 when its stdin ends" },
  { name: "drops-work-at-eof", case: "life/stdin-closed-busy", breaks: "drops running work when its stdin ends" },
  { name: "dies-of-sigterm", case: "life/sigterm", breaks: "does not handle SIGTERM" },
  { name: "drops-work-at-sigterm", case: "life/sigterm-busy", breaks: "drops running work when SIGTERM comes" },
  { name: "leaves-a-child", case: "life/host-killed", breaks: "leaves a program running that it started" },
  {
    name: "wrong-version",
    case: "life/registers",
    breaks: "registers with another version than it has",
    mode: "stand-alone",
  },
  {
    name: "own-instance-id",
    case: "life/instance",
    breaks: "ignores the instance id it was given",
    mode: "stand-alone",
  },
  {
    name: "hides-join-token",
    case: "life/join-token",
    breaks: "sends heartbeats without its join token",
    mode: "stand-alone",
  },
  { name: "one-heartbeat", case: "life/heartbeats", breaks: "sends one heartbeat and no more", mode: "stand-alone" },
  {
    name: "registers-once",
    case: "life/registers-again",
    breaks: "does not register again when it was forgotten",
    mode: "stand-alone",
  },
  {
    name: "leaves-without-a-word",
    case: "life/deregisters",
    breaks: "does not deregister when it ends",
    mode: "stand-alone",
  },
] as const satisfies readonly Mutant[];

export type MutantName = (typeof mutants)[number]["name"];

/** Whether the program that runs breaks this rule. */
export type Breaks = (name: MutantName) => boolean;

export function isMutant(name: string): name is MutantName {
  return mutants.some((one) => one.name === name);
}
