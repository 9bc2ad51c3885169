import { existsSync } from "node:fs";
import { open } from "node:fs/promises";

/** Reads a file that grows, bit by bit: each time what came since, in whole lines. */
export class FileTail {
  readonly #path: string;
  #at = 0;

  constructor(path: string) {
    this.#path = path;
  }

  /** The lines that are new. One that is being written comes the next time. */
  async read(): Promise<string> {
    if (!existsSync(this.#path)) return "";
    const file = await open(this.#path);
    try {
      const { size } = await file.stat();
      const bytes = Buffer.alloc(Math.max(0, size - this.#at));
      const { bytesRead } = await file.read({ buffer: bytes, position: this.#at });
      const whole = bytes.subarray(0, bytes.subarray(0, bytesRead).lastIndexOf("\n") + 1);
      this.#at += whole.length;
      return whole.toString();
    } finally {
      await file.close();
    }
  }
}
