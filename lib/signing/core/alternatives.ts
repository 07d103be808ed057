import type { RecipientRole, RecipientState } from "#lib/envelopes/core/roles.ts";

interface Person {
  readonly id: string;
  readonly role: RecipientRole;
  readonly state: RecipientState;
  readonly email: string;
  readonly alternativeTo: string | null;
  readonly delegatedFrom: string | null;
  readonly namedBy: string | null;
}

/** Those any one of whom is enough, the person among them, in the order of the envelope; alone where nobody is. */
export function circleOf<P extends Person>(person: P, people: readonly P[]): readonly P[] {
  const first = person.alternativeTo ?? person.id;
  return people.filter(({ id, alternativeTo }) => id === first || alternativeTo === first);
}

/** Whose the fields of a circle are: the first who has not stood back, or the one who took it on. */
export function holderOf<P extends Person>(person: P, people: readonly P[]): P {
  const circle = circleOf(person, people);
  return circle.find(({ state }) => state !== "released") ?? person;
}

/** Whoever this person stands for: themselves, who handed it on to them, and those they act instead of. */
function standsFor<P extends Person>(person: P, people: readonly P[]): ReadonlySet<string> {
  const ids = new Set(circleOf(person, people).map(({ id }) => id));
  const before = people.find(({ id }) => id === person.delegatedFrom);
  return before ? new Set([...ids, ...standsFor(before, people)]) : ids;
}

/** The people whom this one says who they are, while nobody has acted on it yet. */
export function toBeNamedBy<P extends Person>(person: P, people: readonly P[]): readonly P[] {
  const known = standsFor(person, people);
  return people.filter(({ namedBy, state }) => namedBy !== null && known.has(namedBy) && state === "waiting");
}
