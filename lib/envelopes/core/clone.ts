import type { DraftContent } from "./draft.ts";

interface Placed {
  readonly id: string;
  readonly role: string;
  readonly delegatedFrom: string | null;
  readonly alternativeTo: string | null;
  readonly notifiedAt: Date | null;
}

/**
 * What is prepared anew: the people as they were at the end, each with the part of whoever they act for. Who handed
 * their part on is left out, and so is who got a copy when all was over; who was named by somebody is named again.
 * Nothing that was entered goes along, nor what the sender had put into a sensitive field.
 */
export function contentToClone(draft: DraftContent, people: readonly Placed[]): DraftContent {
  const byId = new Map(people.map((person) => [person.id, person]));
  const heirs = new Map(people.map(({ id, delegatedFrom }) => [delegatedFrom, id]));
  const heirOf = (id: string): string => (heirs.has(id) ? heirOf(heirs.get(id)!) : id);
  const firstOf = (id: string): string => {
    const before = byId.get(id)?.delegatedFrom;
    return before ? firstOf(before) : id;
  };
  const leaderOf = (id: string): string => byId.get(id)?.alternativeTo ?? id;
  const asHeir = (id: string): string => (id === "" ? "" : heirOf(id));
  // Copies are mailed at the end: one that was mailed by itself was added when it was over.
  const isLate = (id: string) => byId.get(id)?.role === "copy" && byId.get(id)?.notifiedAt !== null;
  const places = draft.recipients.filter(({ id }) => firstOf(id) === id && !isLate(id));
  const recipients = places.map((place) => {
    const person = draft.recipients.find(({ id }) => id === heirOf(place.id))!;
    const { id, name, email, phone, language, check } = person;
    return {
      ...place,
      ...{ id, language, check, alternativeTo: asHeir(place.alternativeTo), namedBy: asHeir(place.namedBy) },
      ...(place.witnessOf ? { witnessOf: asHeir(place.witnessOf) } : {}),
      ...(place.note && id === place.id ? {} : { note: undefined }),
      ...(place.namedBy === "" ? { name, email, phone } : { name: "", email: "", phone: "" }),
    };
  });
  return {
    ...draft,
    recipients,
    fields: draft.fields.map(({ settings: { value, ...settings }, ...field }) => ({
      ...field,
      recipientId: heirOf(leaderOf(firstOf(field.recipientId))),
      settings: value === undefined || settings.isSensitive ? settings : { ...settings, value },
    })),
  };
}
