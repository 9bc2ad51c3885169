import { execFileSync } from "node:child_process";
import { accessSync, constants, existsSync } from "node:fs";
import { join } from "node:path";

/** What a fault needs of the machine, and the Debian package that brings it. */
const packages = { iptables: "iptables", setpriv: "util-linux" } as const;

export type Tool = keyof typeof packages;

/** Where a tool is. Throws a sentence that names its package where it is missing. */
export function tool(name: Tool): string {
  const places = [...(process.env["PATH"] ?? "").split(":"), "/usr/sbin", "/sbin"];
  const found = places.map((place) => join(place, name)).find(isProgram);
  if (found === undefined) throw new Error(`${name} is missing on this machine: install the package ${packages[name]}`);
  return found;
}

/** Runs a tool that ends at once. Throws what it said where it fails. */
export function runTool(name: Tool, args: readonly string[]): void {
  try {
    execFileSync(tool(name), args, { stdio: ["ignore", "ignore", "pipe"] });
  } catch (error) {
    const said = String((error as { stderr?: Buffer }).stderr ?? error).trim();
    throw new Error(`${name} does not do it here (it needs root): ${said}`, { cause: error });
  }
}

/** The library that fakes wall clocks, in the folders where Debian keeps it. */
export function fakeTimeLibrary(): string {
  const machines = ["x86_64-linux-gnu", "aarch64-linux-gnu"];
  const paths = machines.map((machine) => `/usr/lib/${machine}/faketime/libfaketimeMT.so.1`);
  const found = paths.find((path) => existsSync(path));
  if (found === undefined) throw new Error("libfaketime is missing on this machine: install the package faketime");
  return found;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
