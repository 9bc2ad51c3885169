/** What the exit code of every verb means. */
export const exitCodes = {
  ok: 0,
  /** The answer is bad: invalid files, a filter that does not match, a poll that failed or was refused. */
  bad: 1,
  /** Wrong use or wrong settings. */
  usage: 2,
  /** Ocelli cannot be reached. */
  unreachable: 3,
  /** Ctrl-C, as shells count it. A verb that runs until Ctrl-C ends with 0 instead. */
  interrupted: 130,
} as const;

/** Ends a verb with this exit code; the message, where there is one, goes to stderr. */
export class Exit extends Error {
  readonly code: number;

  constructor(code: number, message = "", options?: { cause?: unknown }) {
    super(message, options);
    this.name = "Exit";
    this.code = code;
  }
}
