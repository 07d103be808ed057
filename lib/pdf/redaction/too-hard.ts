/** Why the content of a page cannot be taken apart for certain: it then has to become a picture. */
export type Hardness = "font" | "pattern" | "mask" | "picture" | "damaged" | "depth" | "left-over";

export class TooHard extends Error {
  readonly why: Hardness;

  constructor(why: Hardness) {
    super(`content too hard to take apart: ${why}`);
    this.why = why;
  }
}
