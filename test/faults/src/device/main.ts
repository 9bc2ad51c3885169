import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { createInterface } from "node:readline";
import type { Behaviour, BehaviourChange, DeviceProcessOptions } from "./behaviour.js";
import { DeviceLog } from "./device-log.js";
import { type DeviceRequest, knownValue } from "./protocol.js";

// A process full of fake devices. It knows nothing of Ocelli: its log is what everything else is judged by.
const options = JSON.parse(process.argv[2] ?? "{}") as DeviceProcessOptions;
const log = new DeviceLog(options.logFile);
const behaviours = new Map<string, Behaviour>(options.ids.map((id) => [id, options]));
const underWay = new Map<object, () => void>();

function serve(device: string, socket: Socket, request: DeviceRequest, from: RemoteInfo): void {
  const beginNs = process.hrtime.bigint();
  const { latencyMs, dead } = behaviours.get(device) ?? options;
  if (dead) {
    log.add(device, request, beginNs, beginNs, false);
    return;
  }
  const end = (answered: boolean): void => {
    underWay.delete(request);
    log.add(device, request, beginNs, process.hrtime.bigint(), answered);
    if (!answered) return;
    const answer = { q: request.q, value: knownValue(device, request.slotAtMs) };
    socket.send(JSON.stringify(answer), from.port, from.address);
  };
  const timer = setTimeout(() => end(true), latencyMs);
  underWay.set(request, () => {
    clearTimeout(timer);
    end(false);
  });
}

async function listen(device: string): Promise<readonly [string, number]> {
  const socket = createSocket("udp4");
  socket.on("message", (bytes, from) => {
    serve(device, socket, JSON.parse(bytes.toString()) as DeviceRequest, from);
  });
  await new Promise<void>((resolve) => socket.bind(0, options.host, resolve));
  return [device, socket.address().port];
}

function change({ devices, ...behaviour }: BehaviourChange): void {
  for (const id of devices ?? options.ids) {
    const now = behaviours.get(id);
    if (now) behaviours.set(id, { ...now, ...behaviour });
  }
}

const ports = await Promise.all(options.ids.map(listen));
process.stdout.write(`${JSON.stringify(Object.fromEntries(ports))}\n`);
const lines = createInterface({ input: process.stdin });
lines.on("line", (line) => change(JSON.parse(line) as BehaviourChange));
lines.on("close", () => {
  for (const end of [...underWay.values()]) end();
  log.close();
  process.exit(0);
});
