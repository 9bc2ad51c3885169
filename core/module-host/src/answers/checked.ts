import { stateMaxBytes } from "@ocelli/model";

/** An answer that may be used, or a sentence that says why it is refused. */
export type Checked<T> =
  | { readonly kind: "good"; readonly value: T }
  | { readonly kind: "refused"; readonly why: string };

export function refused(why: string): { readonly kind: "refused"; readonly why: string } {
  return { kind: "refused", why };
}

/** What is wrong with the state an answer wants to leave. */
export function stateProblem(answer: { readonly setState: boolean; readonly state: Uint8Array }): string | undefined {
  if (!answer.setState || answer.state.length <= stateMaxBytes) return undefined;
  return `its state is ${answer.state.length} bytes, and at most ${stateMaxBytes} are kept`;
}
