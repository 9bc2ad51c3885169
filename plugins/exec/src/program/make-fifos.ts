import { type ExecFileException, execFile } from "node:child_process";

/** Makes named pipes. Throws a reason in one line where not all of them could be made. */
export function makeFifos(paths: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    execFile("mkfifo", ["-m", "600", ...paths], (error, _, stderr) => {
      if (error) reject(new Error(reasonOf(error, stderr), { cause: error }));
      else resolve();
    });
  });
}

/** The message of the error itself holds all the paths. */
function reasonOf(error: ExecFileException, stderr: string): string {
  if (error.code === "ENOENT") return "mkfifo is not on the PATH: install it";
  const [first = ""] = stderr.trim().split("\n", 1);
  if (first !== "") return first;
  const how = error.signal ?? error.code ?? error.message;
  return `mkfifo failed (${how})`;
}
