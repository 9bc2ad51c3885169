/** Ways of starting that a case is for, and why it says nothing in the others. */

export const notOurs = {
  modes: ["child", "stand-alone"],
  because: "somebody else runs the module: the kit does not end it",
} as const;

export const childOnly = {
  modes: ["child"],
  because: "only a child has a host at the other end of its stdin",
} as const;
