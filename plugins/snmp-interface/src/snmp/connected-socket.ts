import { createSocket, type Socket, type SocketType } from "node:dgram";
import { EventEmitter } from "node:events";

type SendDone = (error: Error | null, bytes?: number) => void;

/** A UDP socket that net-snmp takes for a plain one, connected to its first peer: only then does the system tell of
 *  refused ports and lost routes, and drop answers of strangers. `onError` hears what arrives outside of a send. */
export class ConnectedSocket extends EventEmitter {
  readonly #inner: Socket;
  #connected: "no" | "soon" | "yes" = "no";
  readonly #waiting: (() => void)[] = [];

  constructor(type: SocketType, onError: (error: Error) => void) {
    super();
    this.#inner = createSocket(type);
    this.#inner.on("message", (bytes, peer) => this.emit("message", bytes, peer));
    this.#inner.on("close", () => this.emit("close"));
    this.#inner.on("error", onError);
  }

  send(bytes: Buffer, offset: number, length: number, port: number, host: string, done: SendDone): void {
    this.#waiting.push(() => this.#inner.send(bytes, offset, length, done));
    if (this.#connected === "yes") this.#flush();
    if (this.#connected !== "no") return;
    this.#connected = "soon";
    this.#inner.connect(port, host, (error?: Error) => {
      if (error) {
        this.#connected = "no";
        this.#waiting.length = 0;
        done(error);
        return;
      }
      this.#connected = "yes";
      this.#flush();
    });
  }

  #flush(): void {
    for (const step of this.#waiting.splice(0)) step();
  }

  close(): void {
    this.#inner.close();
  }

  ref(): void {
    this.#inner.ref();
  }

  unref(): void {
    this.#inner.unref();
  }
}
