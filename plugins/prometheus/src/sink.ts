import { rename, rm, writeFile } from "node:fs/promises";
import { absolutePath, PollFault, type SinkContext, type SinkWriter } from "@ocelli/plugin-sdk";
import { expose } from "./exposition.js";
import { type ScrapeServer, startScrapeServer } from "./scrape-server.js";
import { SeriesStore } from "./series-store.js";
import { hostAndPort, type PrometheusSettings } from "./settings.js";

const monotonicMs = (): number => performance.now();

/** Which plugin of this module listens where, so that a second one is told by whom its port is taken. */
const listeners = new Map<string, string>();

/** Opens the scrape endpoint of one plugin. */
export async function openPrometheus(settings: PrometheusSettings, ctx: SinkContext): Promise<SinkWriter> {
  const { listen, path, prefix, ttl_seconds, max_series, port_file } = settings.prometheus;
  const portFile = port_file === undefined ? undefined : absolutePath(port_file, settings.ocelli?.directory);
  const ttlMs = ttl_seconds === undefined ? undefined : ttl_seconds * 1000;
  const store = new SeriesStore({ prefix, ttlMs, maxSeries: max_series });
  const server = await startScrapeServer({
    ...hostAndPort(listen),
    path,
    render: (format) => expose(store.families(monotonicMs()), format),
  }).catch((error: unknown) => {
    throw cannotListen(listen, error);
  });
  const place = listen.replace(/:0+$/, `:${server.port}`);
  listeners.set(place, ctx.plugin);
  const close = async (): Promise<void> => {
    listeners.delete(place);
    await server.close();
    if (portFile !== undefined) await rm(portFile, { force: true });
  };
  try {
    if (portFile !== undefined) await writePort(portFile, server);
  } catch (error) {
    await close();
    throw error;
  }
  ctx.log.info({ listen: place, port: server.port, path }, "scrape endpoint open");
  return {
    async write(records) {
      for (const { result } of records) store.take(result, monotonicMs());
      const leftOut = store.takeLeftOut();
      if (leftOut > 0) ctx.log.warn({ leftOut, maxSeries: max_series }, "too many series, samples left out");
    },
    close,
  };
}

function cannotListen(listen: string, cause: unknown): PollFault {
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  const holder = listeners.get(listen);
  const by = holder === undefined ? "another process" : `the plugin ${holder}`;
  if (code === "EADDRINUSE") {
    return new PollFault("internal", `${listen} is taken by ${by}; give each plugin a listen of its own`, { cause });
  }
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new PollFault("internal", `cannot listen on ${listen}: ${reason}`, { cause });
}

/** Whoever waits for the file finds it whole. */
async function writePort(path: string, { port }: ScrapeServer): Promise<void> {
  await writeFile(`${path}.tmp`, `${port}\n`);
  await rename(`${path}.tmp`, path);
}
