/** How a person's fields are told apart: a color, a pattern at the edge, and their initials. */
export interface PersonLook {
  /** Classes for text and border. */
  readonly ink: string;
  /** Class for a light fill that the ink stays readable on. */
  readonly fill: string;
  /** A CSS background in the current color, for an edge or a dot. */
  readonly pattern: string;
}

const stripes = (degrees: number, on: number, off: number) =>
  `repeating-linear-gradient(${degrees}deg, currentColor 0 ${on}px, transparent ${on}px ${on + off}px)`;

const LOOKS: readonly PersonLook[] = [
  {
    ink: "text-person-teal border-person-teal",
    fill: "bg-person-teal/10",
    pattern: "linear-gradient(currentColor, currentColor)",
  },
  { ink: "text-person-plum border-person-plum", fill: "bg-person-plum/10", pattern: stripes(0, 4, 3) },
  { ink: "text-person-ochre border-person-ochre", fill: "bg-person-ochre/10", pattern: stripes(45, 2, 2) },
  { ink: "text-person-indigo border-person-indigo", fill: "bg-person-indigo/10", pattern: stripes(90, 2, 2) },
  { ink: "text-person-brick border-person-brick", fill: "bg-person-brick/10", pattern: stripes(0, 2, 2) },
  { ink: "text-person-moss border-person-moss", fill: "bg-person-moss/10", pattern: stripes(-45, 3, 3) },
  { ink: "text-person-slate border-person-slate", fill: "bg-person-slate/10", pattern: stripes(0, 8, 3) },
  {
    ink: "text-person-rose border-person-rose",
    fill: "bg-person-rose/10",
    pattern: `${stripes(45, 1, 3)}, ${stripes(-45, 1, 3)}`,
  },
];

/** @param index the person's place among the recipients, from 0. */
export const personLook = (index: number): PersonLook => LOOKS[Math.max(0, index) % LOOKS.length]!;

interface Named {
  readonly name: string;
  readonly email: string;
  readonly roleName?: string;
}

/** What somebody is called on a screen: by name, else by their part in the agreement, else by address; may be empty. */
export const calledBy = ({ name, email, roleName }: Named): string => name || roleName || email;

/** Two letters at most: of the first and the last word, or of the address. */
export function initialsOf({ name, email, roleName = "" }: Named): string {
  const words = (name || roleName).split(/[\s.]+/u).filter((word) => /[\p{L}\p{N}]/u.test(word));
  const source = words.length > 0 ? words : [email];
  const letters = [source[0]!, ...(source.length > 1 ? [source.at(-1)!] : [])];
  return letters
    .map((word) => [...word].find((letter) => /[\p{L}\p{N}]/u.test(letter)) ?? "")
    .join("")
    .toLocaleUpperCase();
}
