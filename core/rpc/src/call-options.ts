export interface CallOptions {
  /** How long the call may take. Unary calls without one end after 30 s, streams run until somebody ends them. */
  readonly timeoutMs?: number;
  /** Cancels the call, on the other side too. */
  readonly signal?: AbortSignal | undefined;
  readonly metadata?: Readonly<Record<string, string>>;
}
