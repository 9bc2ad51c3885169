import { createSocket, type Socket } from "node:dgram";
import type { DeviceAnswer, DeviceRequest } from "../device/protocol.js";

/** Asks devices over UDP, each request once: a request that is sent again would be a second hit. */
export class DeviceAsker {
  readonly #socket: Socket = createSocket("udp4");
  readonly #waiting = new Map<number, (value: number) => void>();
  #next = 1;

  constructor() {
    this.#socket.on("message", (bytes) => {
      const { q, value } = JSON.parse(bytes.toString()) as DeviceAnswer;
      this.#waiting.get(q)?.(value);
    });
  }

  /** The device's value, or undefined where `signal` aborted first. */
  ask(endpoint: string, request: Omit<DeviceRequest, "q">, signal: AbortSignal): Promise<number | undefined> {
    const [host, port] = endpoint.split(":");
    const q = this.#next++;
    return new Promise((resolve) => {
      const done = (value: number | undefined): void => {
        this.#waiting.delete(q);
        signal.removeEventListener("abort", onAbort);
        resolve(value);
      };
      const onAbort = (): void => done(undefined);
      if (signal.aborted) return resolve(undefined);
      signal.addEventListener("abort", onAbort, { once: true });
      this.#waiting.set(q, done);
      this.#socket.send(JSON.stringify({ q, ...request }), Number(port), host);
    });
  }
}
