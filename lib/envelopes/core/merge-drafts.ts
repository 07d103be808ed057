import { canonicalJson, type Json } from "#lib/audit/core/canonical-json.ts";
import { type DraftContent, type DraftField, type DraftRecipient, wordsOf } from "./draft.ts";
import type { FieldRule } from "./fields/field-rules.ts";

/** What both changed, each in their own way: what this window has stays. */
export interface Clash {
  readonly about: "words" | "recipient" | "field" | "rule";
  /** Null for what is said of the envelope as a whole. */
  readonly id: string | null;
  /** The property; `removed` where one took away what the other changed, and it stayed. */
  readonly what: string;
}

export interface MergedDraft {
  readonly content: DraftContent;
  readonly clashes: readonly Clash[];
}

type Part = { readonly id: string };
type About = Clash["about"];

/** These say together where something is. */
const PLACE = ["documentId", "page", "x", "y", "width", "height"] as const;

/**
 * What two windows made of one draft, put together: what only one of them changed is as that one has it. What one took
 * away and the other changed stays, so that nobody's work is lost; what both changed differently is as `mine` has it.
 *
 * @param base what both began with.
 */
export function mergeDrafts(base: DraftContent, mine: DraftContent, theirs: DraftContent): MergedDraft {
  const clashes: Clash[] = [];
  const note = (about: About, id: string | null) => (what: string) => clashes.push({ about, id, what });
  const words = mergedParts(wordsOf(base), wordsOf(mine), wordsOf(theirs), note("words", null));
  const fields = mergedList(base.fields, mine.fields, theirs.fields, "field", note);
  const people = mergedList(base.recipients, mine.recipients, theirs.recipients, "recipient", note);
  const recipients = withOwners(people, fields, [mine, theirs, base], note);
  const rules = mergedList(base.rules, mine.rules, theirs.rules, "rule", note);
  return {
    content: {
      ...words,
      recipients: recipients.map(tiedTo(recipients)),
      fields,
      rules: onFields(rules, fields),
    },
    clashes,
  };
}

type Note = (about: About, id: string | null) => (what: string) => void;

function mergedList<T extends Part>(
  base: readonly T[],
  mine: readonly T[],
  theirs: readonly T[],
  about: About,
  note: Note,
): T[] {
  const [before, here, there] = [base, mine, theirs].map(byId) as [
    Map<string, T>,
    Map<string, T>,
    Map<string, T>,
  ];
  const merged = new Map<string, T>();
  for (const id of new Set([...here.keys(), ...there.keys()])) {
    const [old, own, other] = [before.get(id), here.get(id), there.get(id)];
    if (own && other) merged.set(id, mergedParts(old ?? other, own, other, note(about, id)));
    else if (!old) merged.set(id, (own ?? other)!);
    else if (!isSame(old, (own ?? other)!)) {
      note(about, id)("removed");
      merged.set(id, (own ?? other)!);
    }
  }
  return inOrder(base, mine, theirs).flatMap((id) => merged.get(id) ?? []);
}

/** As the one who moved something has it, with what only the other has after what it came after there. */
function inOrder(base: readonly Part[], mine: readonly Part[], theirs: readonly Part[]): string[] {
  const known = new Set(base.map(({ id }) => id));
  const kept = new Set(theirs.map(({ id }) => id));
  const old = base.filter(({ id }) => kept.has(id)).map(({ id }) => id);
  const now = theirs.filter(({ id }) => known.has(id)).map(({ id }) => id);
  const [first, second] = isSame(old, now) ? [mine, theirs] : [theirs, mine];
  const order = first.map(({ id }) => id);
  second.forEach(({ id }, place) => {
    if (order.includes(id)) return;
    const before = second[place - 1];
    order.splice(before ? order.indexOf(before.id) + 1 : 0, 0, id);
  });
  return order;
}

function mergedParts<T extends object>(base: T, mine: T, theirs: T, clash: (what: string) => void): T {
  const [old, own, other] = [base, mine, theirs] as Record<string, unknown>[];
  const merged: Record<string, unknown> = {};
  const names = [...new Set([...Object.keys(own!), ...Object.keys(other!)])];
  const isPlaced = "documentId" in mine;
  const placeOf = (one: Record<string, unknown>) => PLACE.map((name) => one[name]);
  const place = isPlaced ? chosen(placeOf(old!), placeOf(own!), placeOf(other!), () => clash("place")) : [];
  for (const name of names) {
    const at = isPlaced ? (PLACE as readonly string[]).indexOf(name) : -1;
    if (at >= 0) merged[name] = (place as unknown[])[at];
    else if (name === "settings")
      merged[name] = mergedParts(
        (old![name] ?? {}) as object,
        (own![name] ?? {}) as object,
        (other![name] ?? {}) as object,
        clash,
      );
    else merged[name] = chosen(old![name], own![name], other![name], () => clash(name));
    if (merged[name] === undefined) delete merged[name];
  }
  return merged as T;
}

function chosen<V>(base: V, mine: V, theirs: V, clash: () => void): V {
  if (isSame(mine, base)) return theirs;
  if (!isSame(theirs, base) && !isSame(mine, theirs)) clash();
  return mine;
}

/** Whoever was taken away by one and given a field by the other stays. */
function withOwners(
  people: readonly DraftRecipient[],
  fields: readonly DraftField[],
  sources: readonly DraftContent[],
  note: Note,
): DraftRecipient[] {
  const there = new Set(people.map(({ id }) => id));
  const missing = new Set(fields.map(({ recipientId }) => recipientId).filter((id) => !there.has(id)));
  const back = [...missing].flatMap((id) => {
    const person = sources.flatMap(({ recipients }) => recipients).find((one) => one.id === id);
    if (person) note("recipient", id)("removed");
    return person ?? [];
  });
  return [...people, ...back];
}

/** Nobody acts for, is named by or attests somebody who is gone. */
function tiedTo(people: readonly DraftRecipient[]): (person: DraftRecipient) => DraftRecipient {
  const there = new Set(people.map(({ id }) => id));
  const tie = (id: string | undefined) => (id && there.has(id) ? id : "");
  return (person) => ({
    ...person,
    ...{ alternativeTo: tie(person.alternativeTo), namedBy: tie(person.namedBy) },
    ...(person.witnessOf === undefined ? {} : { witnessOf: tie(person.witnessOf) }),
  });
}

/** Without what names a field that is gone. */
function onFields(rules: readonly FieldRule[], fields: readonly DraftField[]): FieldRule[] {
  const there = new Set(fields.map(({ id }) => id));
  return rules.flatMap((rule) => {
    const targets = rule.targets.filter((id) => there.has(id));
    const tests = rule.tests.filter(({ fieldId }) => there.has(fieldId));
    const isEmpty = tests.length === 0 || (targets.length === 0 && rule.effect !== "capture");
    return isEmpty ? [] : [{ ...rule, targets, tests }];
  });
}

const byId = <T extends Part>(list: readonly T[]) => new Map(list.map((one) => [one.id, one]));

const isSame = (a: unknown, b: unknown): boolean =>
  canonicalJson(withoutEmpty((a ?? null) as Json)) === canonicalJson(withoutEmpty((b ?? null) as Json));

/** What is not there, empty or off says the same. */
export function withoutEmpty(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutEmpty);
  if (value === "" || value === false) return null;
  if (typeof value !== "object" || value === null) return value;
  const there = Object.entries(value).filter(
    ([, one]) => one !== undefined && one !== null && one !== "" && one !== false,
  );
  return Object.fromEntries(there.map(([key, one]) => [key, withoutEmpty(one as Json)]));
}
