import { failureOf } from "./failure.js";
import { say } from "./output.js";
import { buildProgram } from "./program.js";

/** Runs one verb and gives its exit code. What went wrong is said on stderr. */
export async function run(args: readonly string[]): Promise<number> {
  // A reader that has seen enough, such as `head`, is no failure.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));
  try {
    await buildProgram().parseAsync(args, { from: "user" });
    return 0;
  } catch (error) {
    const { exitCode, message } = failureOf(error);
    if (message !== "") say(message);
    return exitCode;
  }
}
