import { initialsOf, personLook } from "./people.ts";

export interface PersonMarkProps {
  readonly person: { readonly name: string; readonly email: string };
  readonly index: number;
  readonly size?: "small" | "medium";
}

/** A person's initials in their color, with their pattern at the edge; their name always stands beside it. */
export function PersonMark({ person, index, size = "medium" }: PersonMarkProps) {
  const { ink, fill, pattern } = personLook(index);
  const box = size === "small" ? "h-6 min-w-8 text-caption" : "h-8 min-w-11 text-small";
  return (
    <span
      aria-hidden="true"
      className={`relative inline-flex shrink-0 items-center justify-center overflow-hidden rounded-control border ps-2 pe-1 font-semibold ${box} ${ink} ${fill}`}
    >
      <span className="absolute inset-y-0 start-0 w-1.5" style={{ backgroundImage: pattern }} />
      {initialsOf(person) || "?"}
    </span>
  );
}

/** Initials and name in one line. */
export function PersonChip({ person, index }: PersonMarkProps) {
  return (
    <span className="inline-flex min-w-0 max-w-full items-center gap-2">
      <PersonMark person={person} index={index} size="small" />
      <span className="truncate">{person.name || person.email}</span>
    </span>
  );
}
