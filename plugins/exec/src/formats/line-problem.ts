/** Thrown within a line, caught at its end: the other lines are read all the same. */
export class LineProblem extends Error {
  /** Where it stands, from 0: in the line, or in the text where that is not cut into lines. */
  readonly at: number;

  constructor(at: number, message: string) {
    super(message);
    this.at = at;
  }
}
