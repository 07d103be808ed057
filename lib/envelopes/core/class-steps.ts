import type { Blocker } from "./blockers.ts";
import { type CounselConfirmation, exclusionsIn, isConfirmed } from "./exclusions.ts";
import type { RecipientRole } from "./roles.ts";

/** What an organization can ask of every envelope of a class. */
export const CLASS_STEPS = [
  "witness",
  "notary",
  /** The information of 15 USC 7001(c) is given: the class sees to it itself. */
  "consumer",
  /** A signed business associate agreement is on record (45 CFR 164.504(e)). */
  "agreement",
  /** Somebody says that counsel was asked: 15 USC 7003 may leave it out. */
  "counsel",
] as const;
export type ClassStep = (typeof CLASS_STEPS)[number];

/** What a draft's class and its template ask for, and what of it only the server knows. */
export interface Asked {
  readonly steps: readonly ClassStep[];
  /** By the class the envelope would have now. */
  readonly classId: string | null;
  readonly hasAgreement: boolean;
  readonly confirmation: CounselConfirmation | null;
  /** The first words of the documents that were read so far. */
  readonly beginnings: readonly { readonly documentId: string; readonly words: string }[];
}

interface Drafted {
  readonly title: string;
  readonly recipients: readonly { readonly role: RecipientRole }[];
}

interface Named {
  readonly id: string;
  readonly name: string;
}

/** What the envelope looks like of what 15 USC 7003 leaves out, and whether somebody has confirmed it. */
export function guardOf(asked: Asked, { title }: Pick<Drafted, "title">, documents: readonly Named[]) {
  const ids = documents.map(({ id }) => id);
  const beginnings = asked.beginnings.filter(({ documentId }) => ids.includes(documentId));
  const exclusions = exclusionsIn([
    title,
    ...documents.map(({ name }) => name),
    ...beginnings.map(({ words }) => words),
  ]);
  const { classId, confirmation } = asked;
  return { exclusions, isConfirmed: isConfirmed(confirmation, { exclusions, documentIds: ids, classId }) };
}

/** How people agree: as consumers where the class says so, whatever the sender chose. */
export const consentModeIn = <Mode extends "business" | "consumer">(
  { steps }: Pick<Asked, "steps">,
  { consentMode }: { readonly consentMode: Mode },
): Mode | "consumer" => (steps.includes("consumer") ? "consumer" : consentMode);

/** What a sender has to see to. */
export type AskedStep = Exclude<ClassStep, "consumer">;

/** What is asked for and not there, in the order of CLASS_STEPS. */
export function stepBlockers(asked: Asked, draft: Drafted, documents: readonly Named[]): Blocker[] {
  const isThere: Readonly<Record<AskedStep, () => boolean>> = {
    witness: () => draft.recipients.some(({ role }) => role === "witness"),
    notary: () => draft.recipients.some(({ role }) => role === "notary"),
    agreement: () => asked.hasAgreement,
    counsel: () => guardOf(asked, draft, documents).isConfirmed,
  };
  return CLASS_STEPS.flatMap((step): Blocker[] =>
    step === "consumer" || !asked.steps.includes(step) || isThere[step]()
      ? []
      : [{ code: `${step}-required` }],
  );
}

/** What the trail says at sending where an envelope looked like one of those. */
export function sentWarning(
  asked: Asked,
  draft: Pick<Drafted, "title">,
  documents: readonly Named[],
): { readonly exclusions?: readonly string[]; readonly counsel?: "confirmed" | "not-confirmed" } {
  const { exclusions, isConfirmed } = guardOf(asked, draft, documents);
  if (exclusions.length === 0) return {};
  return { exclusions, counsel: isConfirmed ? "confirmed" : "not-confirmed" };
}
