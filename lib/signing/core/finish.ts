import { type FieldState, type Form, formState } from "#lib/envelopes/core/fields/form-state.ts";
import { isAsked, type RecipientRole, type RecipientState } from "#lib/envelopes/core/roles.ts";
import { signingError } from "../errors.ts";
import type { CeremonyField } from "./field-values.ts";

/** The person whose ceremony it is. */
export interface CeremonyPerson {
  readonly id: string;
  readonly role: RecipientRole;
  readonly order: number;
  readonly state: RecipientState;
  /** The newest revision when the person's turn began. */
  readonly firstRevision: number | null;
  /** Their own time was over before they had acted. */
  readonly lapsedAt?: Date | null;
}

/** What is known of a ceremony when its person presses Finish, Approve or Decline. */
export interface Ceremony {
  readonly envelopeState: "draft" | "sent" | "sealing" | "completed" | "declined" | "voided" | "expired";
  readonly isPrepared: boolean;
  /** Its retention has ended, and nothing is left to see. */
  readonly isDestroyed: boolean;
  readonly recipient: CeremonyPerson;
  /** What they agreed to has materially changed since: they are asked anew. */
  readonly isConsentOutdated?: boolean;
  /** The order whose people act now. */
  readonly turn: number | null;
  readonly documents: readonly {
    readonly id: string;
    readonly revisions: readonly { readonly number: number; readonly sha256: string }[];
  }[];
  /** The person's own. */
  readonly fields: readonly CeremonyField[];
  readonly form: Form;
  readonly values: ReadonlyMap<string, string>;
}

/** A document as it was on the person's screen. */
export interface Shown {
  readonly documentId: string;
  readonly sha256: string;
}

/** For who is in one of these nothing is left to do. */
export const ENDED: ReadonlySet<RecipientState> = new Set([
  "finished",
  "declined",
  "delegated",
  "released",
  "skipped",
]);

/** Refuses whoever may not act now. @throws signing/not-under-way, not-ready, already-done, out-of-turn */
export function requireTurn({ envelopeState, isPrepared, recipient, turn }: Ceremony): void {
  if (ENDED.has(recipient.state))
    throw signingError("already-done", `recipient ${recipient.id} is ${recipient.state}`);
  if (envelopeState !== "sent") throw signingError("not-under-way", `envelope is ${envelopeState}`);
  if (recipient.lapsedAt)
    throw signingError("not-under-way", `the time of recipient ${recipient.id} is over`);
  if (!isPrepared) throw signingError("not-ready", "documents are being prepared");
  if (!isAsked(recipient.role) || recipient.order !== turn || recipient.state === "waiting")
    throw signingError("out-of-turn", `recipient ${recipient.id} is ${recipient.order}, turn is ${turn}`);
}

/** @throws signing/consent-missing, consent-outdated */
export function requireConsent({ recipient, isConsentOutdated }: Ceremony): void {
  if (recipient.state !== "consented")
    throw signingError("consent-missing", `recipient is ${recipient.state}`);
  if (isConsentOutdated) throw signingError("consent-outdated", `recipient ${recipient.id}`);
}

export interface SigningAct {
  /** Of every field of the person, as it goes into the document. */
  readonly states: ReadonlyMap<string, FieldState>;
  readonly shown: readonly {
    readonly documentId: string;
    readonly revision: number;
    readonly sha256: string;
  }[];
}

/**
 * Decides whether a person may finish, and what they have seen.
 *
 * @throws signing/fields-missing, document-changed, and what requireTurn and requireConsent throw
 */
export function decideFinish(ceremony: Ceremony, shown: readonly Shown[]): SigningAct {
  requireTurn(ceremony);
  requireConsent(ceremony);
  const seen = requireShown(ceremony, shown);
  const all = formState(ceremony.form);
  const states = new Map(ceremony.fields.map(({ id }) => [id, all.get(id)!]));
  const problems = [...states].filter(([, { problem }]) => problem !== null);
  const isEmpty = ([, { problem, value }]: (typeof problems)[number]) =>
    value === "" && problem!.code.endsWith("missing");
  if (problems.some(isEmpty)) throw signingError("fields-missing", listed(problems.filter(isEmpty)));
  if (problems.length > 0) throw signingError("value-wrong", listed(problems));
  return { shown: seen, states };
}

const listed = (problems: readonly (readonly [string, FieldState])[]): string =>
  problems.map(([id, { problem }]) => `${id} ${problem!.code}`).join(", ");

/**
 * What you see is what you sign: what was on screen must be a revision of this document no older than the
 * person's turn. Others of the same turn may have filled their own fields meanwhile, and nothing else.
 */
function requireShown({ documents, recipient }: Ceremony, shown: readonly Shown[]): SigningAct["shown"] {
  return documents.map(({ id, revisions }) => {
    const hash = shown.find(({ documentId }) => documentId === id)?.sha256;
    const revision = revisions.findLast(({ sha256 }) => sha256 === hash);
    if (!revision || revision.number < (recipient.firstRevision ?? 0))
      throw signingError("document-changed", `shown ${hash ?? "nothing"} of document ${id}`);
    return { documentId: id, revision: revision.number, sha256: revision.sha256 };
  });
}
