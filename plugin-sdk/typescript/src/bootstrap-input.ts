import type { Readable } from "node:stream";
import { type BootstrapLine, OcelliError, parseBootstrapLine } from "@ocelli/model";

/** No bootstrap line is longer; what is longer was not written by a host. */
const lineMaxBytes = 64 * 1024;

/** A module's stdin: one line at the start, and its end means that the host is gone. */
export interface BootstrapInput {
  /** The line. Undefined where stdin ends before it. Throws "invalid" for another one, "timeout" where none comes. */
  readonly line: Promise<BootstrapLine | undefined>;
  /** Resolves when stdin ends or breaks. */
  readonly ended: Promise<void>;
}

export function readBootstrap(stdin: Readable, timeoutMs: number): BootstrapInput {
  const ended = new Promise<void>((resolve) => {
    for (const event of ["end", "close", "error"]) stdin.once(event, () => resolve());
  });
  const line = new Promise<BootstrapLine | undefined>((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new OcelliError("timeout", `no bootstrap line came on stdin within ${timeoutMs / 1000} s`));
    }, timeoutMs);
    let text = "";
    const onData = (chunk: Buffer): void => {
      text += chunk.toString("utf8");
      const end = text.indexOf("\n");
      if (end < 0 && text.length <= lineMaxBytes) return;
      finish(() => parseBootstrapLine(end < 0 ? text : text.slice(0, end)));
    };
    const finish = (result: () => BootstrapLine | undefined): void => {
      clearTimeout(timer);
      stdin.off("data", onData);
      stdin.resume(); // Whatever else comes is read and ignored, so that the end is seen.
      try {
        resolve(result());
      } catch (error) {
        reject(error);
      }
    };
    stdin.on("data", onData);
    void ended.then(() => finish(() => (text.trim() === "" ? undefined : parseBootstrapLine(text))));
  });
  return { line, ended };
}
