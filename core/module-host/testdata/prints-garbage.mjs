// Prints whatever comes to its mind, and serves all the same.
import { runFake } from "./fake-module.mjs";

process.stdout.write(Buffer.from([0, 255, 27, 91, 50, 74, 10]));
process.stdout.write("1|1|unix|/tmp/nowhere|grpc\n");
for (let i = 0; i < 2000; i += 1) process.stdout.write(`noise ${i}\n`);
process.stdout.write("x".repeat(100_000));
await runFake();
process.stdout.write("\nready\n");
