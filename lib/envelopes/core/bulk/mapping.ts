import { mayBeSensitive, takesDefault } from "../fields/field-types.ts";
import type { BulkSource } from "./bulk-source.ts";

/** What of a person a column may hold. */
export const PERSON_PARTS = ["name", "email", "phone", "language"] as const;
export type PersonPart = (typeof PERSON_PARTS)[number];

/** Where a column may go. */
export type Target =
  | { readonly key: string; readonly kind: "person"; readonly part: PersonPart; readonly recipientId: string }
  | { readonly key: string; readonly kind: "field"; readonly fieldId: string }
  | { readonly key: string; readonly kind: "title" | "time-zone" };

type Source = Pick<BulkSource, "content">;

/** Every place a column of a table may be put, in the order of the screen. */
export function targetsOf({ content }: Source): Target[] {
  return [
    ...content.recipients.flatMap(({ id }) =>
      PERSON_PARTS.map((part): Target => ({ key: `${part}:${id}`, kind: "person", part, recipientId: id })),
    ),
    ...content.fields
      .filter(({ type, settings }) => takesDefault(type) && !settings.isSensitive)
      .map(({ id }): Target => ({ key: `field:${id}`, kind: "field", fieldId: id })),
    { key: "title", kind: "title" },
    { key: "time-zone", kind: "time-zone" },
  ];
}

/** Fields that a table never fills: their answers are kept apart, and a file of them would not be. */
export const withheldFields = ({ content }: Source): readonly string[] =>
  content.fields
    .filter(({ type, settings }) => mayBeSensitive(type) && settings.isSensitive)
    .map(({ id }) => id);

/** A column's name as it is compared: without case, accents, and what only separates words. */
export const plainName = (name: string): string =>
  name
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();

const WORDS: Readonly<Record<PersonPart, readonly string[]>> = {
  name: [
    "name",
    "full name",
    "signer",
    "signer name",
    "recipient",
    "recipient name",
    "nombre",
    "nom",
    "nome",
  ],
  email: [
    "email",
    "e mail",
    "mail",
    "email address",
    "e mail address",
    "signer email",
    "recipient email",
    "correo",
  ],
  phone: ["phone", "mobile", "telephone", "phone number", "mobile number", "cell", "telefon", "telefono"],
  language: ["language", "lang", "locale", "sprache", "idioma", "langue"],
};

/**
 * Where each column goes: where one of that name went last time, else by its name. No place is taken twice.
 *
 * @param remembered plain names of columns, each with its target's key.
 */
export function matchColumns(
  header: readonly string[],
  source: Source,
  remembered: Readonly<Record<string, string>>,
): (string | null)[] {
  const targets = targetsOf(source);
  const known = new Set(targets.map(({ key }) => key));
  const names = namesOf(source, targets);
  const taken = new Set<string>();
  const take = (key: string | undefined): string | null => {
    if (key === undefined || !known.has(key) || taken.has(key)) return null;
    taken.add(key);
    return key;
  };
  // What the sender chose goes before what a name suggests.
  const chosen = header.map((column) => take(remembered[plainName(column)]));
  return chosen.map((key, index) => key ?? take(names.get(plainName(header[index]!))));
}

/** Plain names that mean a target; of people the first of two alike, of fields none. */
function namesOf({ content }: Source, targets: readonly Target[]): Map<string, string> {
  const names = new Map<string, string>();
  const add = (name: string, key: string) => {
    const plain = plainName(name);
    if (plain !== "" && !names.has(plain)) names.set(plain, key);
  };
  const own = content.fields.filter(({ id }) => targets.some(({ key }) => key === `field:${id}`));
  const alike = Map.groupBy(own, ({ label }) => plainName(label));
  // Of two fields with one label nobody can tell which a column means: its sender says.
  for (const { id, label } of own) if (alike.get(plainName(label))!.length === 1) add(label, `field:${id}`);
  content.recipients.forEach(({ id, name }, index) => {
    for (const part of PERSON_PARTS)
      for (const word of WORDS[part]) {
        add(`${word} ${index + 1}`, `${part}:${id}`);
        add(`signer ${index + 1} ${word}`, `${part}:${id}`);
        if (name !== "") add(`${name} ${word}`, `${part}:${id}`);
      }
  });
  // A name without a number is the first person's who has no address yet.
  const first = content.recipients.find(({ email }) => email === "") ?? content.recipients[0];
  if (first)
    for (const part of PERSON_PARTS) for (const word of WORDS[part]) add(word, `${part}:${first.id}`);
  for (const word of ["title", "envelope", "envelope title", "subject"]) add(word, "title");
  for (const word of ["time zone", "timezone", "tz", "zeitzone"]) add(word, "time-zone");
  return names;
}
