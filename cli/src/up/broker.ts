import { connect } from "node:net";
import { type Clock, messageOf } from "@ocelli/model";
import { findNatsServer, type RunningNats, startNatsServer } from "@ocelli/nats-server";
import { Exit, exitCodes } from "../exit-codes.js";
import type { DataDirectory } from "./data-directory.js";

export interface BrokerOptions {
  readonly data: DataDirectory;
  /** A server that runs elsewhere: nothing is started. */
  readonly url?: string | undefined;
  readonly binary?: string | undefined;
  readonly say: (sentence: string) => void;
  readonly clock: Clock;
}

export interface Broker {
  readonly url: string;
  /** Where it is, for people: without the token. */
  readonly shown: string;
  stop(): Promise<void>;
}

const againMs = 500;

/** The broker of a mesh: the one at a given URL, else one of our own that is started again whenever it dies, on the same port. */
export async function openBroker(options: BrokerOptions, signal: AbortSignal): Promise<Broker> {
  const found = await findNatsServer(
    {
      ...(options.url === undefined ? {} : { url: options.url }),
      ...(options.binary === undefined ? {} : { binary: options.binary }),
      onProgress: options.say,
    },
    signal,
  );
  if (found.kind === "url") await mustAnswer(found.url, options, signal);
  if (found.kind === "url") return { url: found.url, shown: withoutSecrets(found.url), stop: async () => {} };
  const start = async (port?: number): Promise<RunningNats> =>
    await startNatsServer(
      { found, dataDir: options.data.file("nats"), onLog: options.say, ...(port === undefined ? {} : { port }) },
      signal,
    );
  let running = await start();
  let stopping = false;
  const keep = async (): Promise<void> => {
    while (!stopping) {
      const exit = await running.exited;
      if (stopping) return;
      options.say(`nats-server ended (${exit.signal ?? `exit code ${exit.code}`}), it is started again`);
      for (let up = false; !up && !stopping; ) {
        try {
          // The services know this port: another one would leave them alone for ever.
          running = await start(running.port);
          up = true;
        } catch (error) {
          options.say(messageOf(error));
          await options.clock.sleep(againMs, signal);
        }
      }
    }
  };
  const keeping = keep();
  return {
    url: running.url,
    shown: `nats://${running.host}:${running.port}`,
    async stop() {
      stopping = true;
      await running.stop();
      await keeping;
    },
  };
}

/** A URL as it may be shown: no user, password or token. */
function withoutSecrets(url: string): string {
  return url.replace(/\/\/[^@/]*@/, "//***@");
}

const patienceMs = 15_000;

/** A server that runs elsewhere may come up a little later than we do. Ends with a clear sentence where it does not. */
async function mustAnswer(url: string, { say, clock }: BrokerOptions, signal: AbortSignal): Promise<void> {
  const shown = withoutSecrets(url);
  const untilMs = clock.monotonicMs() + patienceMs;
  for (let waitMs = 500; ; waitMs *= 2) {
    const reason = await whyNotReachable(url);
    if (reason === undefined || signal.aborted) return;
    const sentence = `NATS at ${shown} cannot be reached (${reason})`;
    if (clock.monotonicMs() + waitMs > untilMs) {
      throw new Exit(exitCodes.unreachable, `${sentence}; is the server up and the address right?`);
    }
    say(`${sentence}; trying again in ${waitMs / 1000} s.`);
    await clock.sleep(waitMs, signal);
  }
}

async function whyNotReachable(url: string): Promise<string | undefined> {
  const { hostname, port } = new URL(url.includes("://") ? url : `nats://${url}`);
  return await new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port || 4222), timeout: 2_000 });
    const end = (reason: string | undefined): void => {
      socket.destroy();
      resolve(reason);
    };
    socket.once("connect", () => end(undefined));
    socket.once("timeout", () => end("no answer within 2 s"));
    socket.once("error", (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
  });
}
