/** What both peers do: the same load as the mesh's, shared by the programs that make and work it off. */

/** Resources that jobs are about, in turn: so many that no two jobs of one resource ever run at once. */
export const resourceCount = 10_000;
/** A job's request. */
export const requestBytes = 300;
/** What a run gives back. */
export const resultBytes = 2_048;
export const lockMs = 15_000;
/** Jobs that wait at any time: enough that no worker ever waits for the producer. */
export const waitingJobs = 2_000;

export const queueName = "bench";
/** Runs that found their resource locked. There must be none: the figures are for runs that did the work. */
export const refusedKey = "bench:refused";

export const lockKey = (resource: string): string => `bench:lock:${resource}`;
export const stampKey = (resource: string): string => `bench:last:${resource}`;

/** Lets go of the lock if it is still ours: the way that the manual of Redis shows, by plain EVAL. */
export const releaseScript = `if redis.call("get",KEYS[1])==ARGV[1] then return redis.call("del",KEYS[1]) else return 0 end`;
