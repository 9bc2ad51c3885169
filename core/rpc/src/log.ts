/** Where the causes of internal errors go: data in fields, a constant message. A pino logger fits as it is. */
export interface RpcLog {
  error(fields: Readonly<Record<string, unknown>>, message: string): void;
}

export const silentLog: RpcLog = { error: () => {} };
