import { dirname, join } from "node:path";
import { findOnPath, type Machine, type ModuleFiles } from "./files.js";

export type PythonChoice =
  | { readonly kind: "python"; readonly path: string }
  | { readonly kind: "none"; readonly reason: string };

/** The Python that runs a file: that of the virtual environment beside it, which knows the file's packages, else the
 *  python3 on PATH. An environment that lost its Python, as one does that was copied or whose Python was upgraded away, is
 *  named: another Python would only fail later, for want of a package. */
export async function pythonFor(path: string, files: ModuleFiles, machine: Machine): Promise<PythonChoice> {
  const environment = join(dirname(path), ".venv");
  const own = join(environment, "bin", "python");
  if ((await files.look(own)) === "file") return { kind: "python", path: own };
  if ((await files.look(environment)) === "folder") {
    const again = `make it anew: python3 -m venv --clear ${environment}`;
    return { kind: "none", reason: `the virtual environment ${environment} has no working bin/python: ${again}` };
  }
  const python = await findOnPath("python3", files, machine);
  if (python !== undefined) return { kind: "python", path: python };
  return { kind: "none", reason: `${path} needs python3, which is not on the PATH: install it` };
}
