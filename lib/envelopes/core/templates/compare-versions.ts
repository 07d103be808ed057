import { canonicalJson, type Json } from "#lib/audit/core/canonical-json.ts";
import { type DraftField, type DraftRecipient, type EnvelopeWords, wordsOf } from "../draft.ts";
import type { TemplateContent } from "./template-content.ts";

/** One thing that is other in the later of two versions. */
export type VersionChange =
  | {
      readonly about: "words";
      readonly part: keyof EnvelopeWords;
    }
  | { readonly about: "document"; readonly change: "added" | "removed" | "replaced"; readonly name: string }
  | { readonly about: "role"; readonly change: "added" | "removed" | "changed"; readonly name: string }
  | {
      readonly about: "field";
      readonly change: "added" | "removed" | "moved" | "changed" | "given-away";
      readonly fieldId: string;
      readonly type: DraftField["type"];
      readonly label: string;
      /** From 0. */
      readonly page: number;
    }
  | { readonly about: "rules"; readonly change: "changed" }
  | { readonly about: "class"; readonly change: "changed" };

/** What changed from one version of a template to a later one, in the order of the screen. */
export function compareVersions(before: TemplateContent, after: TemplateContent): VersionChange[] {
  return [
    ...wordChanges(before.draft, after.draft),
    ...documentChanges(before, after),
    ...roleChanges(before.draft.recipients, after.draft.recipients),
    ...fieldChanges(before.draft.fields, after.draft.fields),
    ...(isSame(before.draft.rules, after.draft.rules)
      ? []
      : [{ about: "rules", change: "changed" } as const]),
    ...(before.classId === after.classId ? [] : [{ about: "class", change: "changed" } as const]),
  ];
}

function wordChanges(before: EnvelopeWords, after: EnvelopeWords): VersionChange[] {
  const later = wordsOf(after);
  return Object.entries(wordsOf(before))
    .filter(([part, value]) => later[part as keyof EnvelopeWords] !== value)
    .map(([part]) => ({ about: "words", part: part as keyof EnvelopeWords }));
}

const isSame = (one: unknown, other: unknown): boolean =>
  canonicalJson(one as Json) === canonicalJson(other as Json);

function documentChanges(before: TemplateContent, after: TemplateContent): VersionChange[] {
  const there = new Set(after.documents.map(({ id }) => id));
  const gone = before.documents.filter(({ id }) => !there.has(id));
  const known = new Set(before.documents.map(({ id }) => id));
  const fresh = after.documents.filter(({ id }) => !known.has(id));
  const change = (change: "added" | "removed" | "replaced", name: string): VersionChange => ({
    ...{ about: "document", change, name },
  });
  const replaced = fresh
    .filter(({ name }) => gone.some((other) => other.name === name))
    .map(({ name }) => name);
  return [
    ...fresh.map(({ name }) => change(replaced.includes(name) ? "replaced" : "added", name)),
    ...gone.filter(({ name }) => !replaced.includes(name)).map(({ name }) => change("removed", name)),
  ];
}

function roleChanges(before: readonly DraftRecipient[], after: readonly DraftRecipient[]): VersionChange[] {
  const old = new Map(before.map((role, position) => [role.id, { ...role, position }]));
  const there = new Set(after.map(({ id }) => id));
  const change = (change: "added" | "removed" | "changed", role: DraftRecipient): VersionChange => ({
    ...{ about: "role", change, name: role.roleName ?? role.name },
  });
  return [
    ...after.flatMap((role, position): VersionChange[] => {
      const known = old.get(role.id);
      if (!known) return [change("added", role)];
      return isSame(known, { ...role, position }) ? [] : [change("changed", role)];
    }),
    ...before.filter(({ id }) => !there.has(id)).map((role) => change("removed", role)),
  ];
}

function fieldChanges(before: readonly DraftField[], after: readonly DraftField[]): VersionChange[] {
  const old = new Map(before.map((field) => [field.id, field]));
  const there = new Set(after.map(({ id }) => id));
  const change = (
    change: Extract<VersionChange, { about: "field" }>["change"],
    { id, type, label, page }: DraftField,
  ): VersionChange => ({ about: "field", change, fieldId: id, type, label, page });
  return [
    ...after.flatMap((field): VersionChange[] => {
      const known = old.get(field.id);
      if (!known) return [change("added", field)];
      const { recipientId, documentId, page, x, y, width, height, ...rest } = field;
      const {
        recipientId: r,
        documentId: d,
        page: p,
        x: left,
        y: top,
        width: w,
        height: h,
        ...other
      } = known;
      const isMoved = !isSame([documentId, page, x, y, width, height], [d, p, left, top, w, h]);
      return [
        ...(isMoved ? [change("moved", field)] : []),
        ...(recipientId === r ? [] : [change("given-away", field)]),
        ...(isSame(rest, other) ? [] : [change("changed", field)]),
      ];
    }),
    ...before.filter(({ id }) => !there.has(id)).map((field) => change("removed", field)),
  ];
}
