import type { FoundResource } from "@ocelli/plugin-sdk";

/** What the discovery finds, and how: "cut-off" dies in the middle, "fails" says that it did. */
export interface Finding {
  readonly how: "all" | "empty" | "half" | "garbage" | "flaps" | "fails" | "cut-off";
  readonly resources: readonly FoundResource[];
}

/** A source that flaps has everything in one run, and half of it in the next. */
export function isFlapped(run: number): boolean {
  return run % 2 === 0;
}
