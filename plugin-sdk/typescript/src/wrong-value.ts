import { PollFault } from "./poll-fault.js";

/** An author's value that cannot be used, in one sentence that names it. */
export class WrongValue extends TypeError {
  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = "WrongValue";
  }
}

/** Says in whose run a wrong value was. Passes everything else on as it is. */
export async function blame<T>(plugin: string, resourceId: string | undefined, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof WrongValue)) throw error;
    const where = resourceId === undefined ? `plugin ${plugin}` : `plugin ${plugin}, resource "${resourceId}"`;
    throw new PollFault("internal", `${where}: ${error.message}`, { cause: error });
  }
}
