import type { TrailEntry } from "#lib/evidence/core/audit-trail-facts.ts";
import type { PackageDocument, PackageFacts } from "./package-facts.ts";

/** Whether a document passed every check and is the one whose hash was recorded when it was sealed. */
export function isConfirmed(facts: PackageFacts, document: PackageDocument): boolean {
  const { report, sealedSha256 } = document;
  return report.verdict === "passed" && report.file.sha256 === sealedSha256 && isAsSealed(facts, document);
}

/** Whether the file is the one that the chain says was sealed. */
export function isAsSealed(facts: PackageFacts, { id, sealedSha256 }: PackageDocument): boolean {
  const entries = heldEntries(facts);
  const renewed = entries.findLast(
    ({ type, data }) => type === "archive-timestamp.renewed" && data.document === id,
  );
  if (renewed) return renewed.data.sha256 === sealedSha256;
  const sealed = entries.findLast(({ type }) => type === "envelope.sealed");
  const documents = (sealed?.data.documents ?? []) as readonly { id?: string; sha256?: string }[];
  return documents.some((one) => one.id === id && one.sha256 === sealedSha256);
}

/** Events up to where the chain breaks: those after it prove nothing. */
export function heldEntries({ trail }: PackageFacts): readonly TrailEntry[] {
  const { entries, brokenAt } = trail;
  return brokenAt === null ? entries : entries.filter(({ sequence }) => sequence < brokenAt);
}

/** The first event of that kind about a person that holds. */
export const actOf = (facts: PackageFacts, id: string, ...types: readonly string[]): TrailEntry | undefined =>
  heldEntries(facts).find(
    ({ type, actor, data }) =>
      types.includes(type) && (data.recipient === id || (actor.kind === "recipient" && actor.id === id)),
  );

/** Entries that hold, of a person's own or about them. */
export const heldOf = (facts: PackageFacts, id: string): TrailEntry[] =>
  heldEntries(facts).filter(
    ({ actor, data }) => (actor.kind === "recipient" && actor.id === id) || data.recipient === id,
  );

/** By which ways a person came, and what they showed beside, each once, as their own entries name them. */
export function methodsIn(own: readonly TrailEntry[]): string[] {
  const all = [
    ...own.flatMap(({ actor }) => (actor.kind === "recipient" ? [String(actor.method)] : [])),
    ...own.flatMap(({ data }) => shownMethods(data.authentication)),
  ];
  return [...new Set(all)];
}

function shownMethods(authentication: unknown): string[] {
  const { methods } = (authentication ?? {}) as { methods?: unknown };
  return Array.isArray(methods) ? methods.map(String).filter((method) => method !== "link") : [];
}
