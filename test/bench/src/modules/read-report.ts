import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { messageOf } from "@ocelli/model";
import { Dishonest } from "../row.js";
import type { TallyReport } from "./tally.js";

/** Asks a program of the bench for its counts. */
export async function readReport(path: string): Promise<TallyReport> {
  return await new Promise((resolve, reject) => {
    let text = "";
    const socket = connect(path);
    socket.setEncoding("utf8");
    socket.on("data", (chunk: string) => {
      text += chunk;
    });
    socket.once("end", () => resolve(JSON.parse(text) as TallyReport));
    socket.once("error", (error) => reject(new Dishonest(`${path} does not say its counts: ${messageOf(error)}`)));
  });
}

/** The same of a program that has just been started. */
export async function firstReport(path: string, signal: AbortSignal): Promise<TallyReport> {
  for (let tries = 0; tries < 300; tries += 1) {
    signal.throwIfAborted();
    const report = await readReport(path).catch(() => undefined);
    if (report) return report;
    await sleep(100);
  }
  return await readReport(path);
}
