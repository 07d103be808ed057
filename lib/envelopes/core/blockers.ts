import { isEmailAddress } from "#lib/identity/core/email-address.ts";
import { type AuthenticationPolicy, NO_POLICY, raisedBy } from "./authentication-rules.ts";
import { type CheckMethod, takesPhone } from "./checks.ts";
import type { AskedStep } from "./class-steps.ts";
import { type DraftContent, type DraftField, type DraftRecipient, turnsOf } from "./draft.ts";
import { type FieldBlocker, fieldBlockers } from "./fields/field-blockers.ts";
import { asRule } from "./fields/field-rules.ts";
import { mayBeEdited } from "./fields/field-types.ts";
import { type HiddenBlocker, hiddenBlockers, hiddenFrom } from "./hidden-documents.ts";
import { isPhoneNumber } from "./phone-number.ts";
import { attests, isAsked, signs } from "./roles.ts";
import type { SignatureBlocker } from "./signature-kind.ts";

/** Why a draft cannot be sent yet; each names what it is about. */
export type Blocker =
  | { readonly code: "no-document" }
  /** It holds health data, and no signed business associate agreement is on record. */
  | { readonly code: "no-agreement"; readonly documentId: string }
  | { readonly code: "no-title" }
  | { readonly code: "no-signer" }
  | { readonly code: "name-missing"; readonly recipientId: string }
  | { readonly code: "email-missing"; readonly recipientId: string }
  | { readonly code: "email-wrong"; readonly recipientId: string }
  | { readonly code: "name-not-drawable"; readonly recipientId: string; readonly characters: string }
  | { readonly code: "phone-missing"; readonly recipientId: string }
  | { readonly code: "phone-wrong"; readonly recipientId: string }
  | { readonly code: "access-code-missing"; readonly recipientId: string }
  /** Who was to be there when they sign is no member any more. */
  | { readonly code: "host-gone"; readonly recipientId: string }
  | { readonly code: "sso-not-set-up" | "identity-not-set-up"; readonly recipientId: string }
  | { readonly code: "passkey-not-possible"; readonly recipientId: string }
  /** To a consumer everything is in a language in which the notice was reviewed, or nothing is. */
  | { readonly code: "language-without-notice"; readonly recipientId: string }
  /** Instead of somebody who is not there, does something else, or is an alternative too. */
  | { readonly code: "alternative-of-nobody"; readonly recipientId: string }
  /** Asked or not by an answer that nobody before gives, or that is kept apart. */
  | { readonly code: "condition-not-before"; readonly recipientId: string }
  /** To be named by somebody who does not act before, or may not be asked. */
  | { readonly code: "namer-not-before"; readonly recipientId: string }
  /** Nobody knows by now where a code would go, or what was agreed with them. */
  | { readonly code: "named-check"; readonly recipientId: string }
  /** What the signature means is to be printed in one of their fields (21 CFR 11.50(b)). */
  | { readonly code: "signature-too-small"; readonly recipientId: string }
  | { readonly code: "no-signature-field"; readonly recipientId: string }
  /** A witness of nobody who signs, or one who does not come right after. */
  | { readonly code: "witness-of-nobody" | "witness-not-next"; readonly recipientId: string }
  /** Nowhere in the documents does it say what a witness or a notary states. */
  | { readonly code: "no-block"; readonly recipientId: string }
  /** The class of the document, or its template, asks for it. */
  | { readonly code: `${AskedStep}-required` }
  /** Of a template only. */
  | { readonly code: "role-name-missing" | "role-name-twice"; readonly recipientId: string }
  | { readonly code: "field-of-nobody"; readonly fieldId: string }
  | { readonly code: "field-not-a-signers"; readonly fieldId: string }
  | { readonly code: "field-without-page"; readonly fieldId: string }
  /** Marked for an editor, and none comes before; or it holds what nobody can fill in for somebody else. */
  | { readonly code: "editor-not-before" | "editor-type"; readonly fieldId: string }
  /** An editor for whom nothing is marked. */
  | { readonly code: "editor-without-fields"; readonly recipientId: string }
  | { readonly code: "field-value-not-drawable"; readonly fieldId: string }
  | { readonly code: "payment-off"; readonly fieldId: string }
  /** On a document that keeps its earlier signatures, which allow no more than one signature of each person. */
  | { readonly code: "breaks-signatures"; readonly fieldId: string }
  /** Their time is over before they are asked. */
  | { readonly code: "answer-time-over"; readonly recipientId: string }
  | HiddenBlocker
  | SignatureBlocker
  | FieldBlocker;

/** What is shown by having a mailbox. */
const MAILBOX_CHECKS: ReadonlySet<string> = new Set(["email-code", "sso"]);

/** Everything that stands in the way of sending, in the order of the screen. */
export function blockersOf(
  draft: DraftContent,
  documents: readonly { readonly id: string; readonly pageCount: number }[],
  policy: AuthenticationPolicy = NO_POLICY,
): Blocker[] {
  const blockers: Blocker[] = [];
  if (documents.length === 0) blockers.push({ code: "no-document" });
  if (draft.title === "") blockers.push({ code: "no-title" });
  if (!draft.recipients.some(({ role }) => isAsked(role))) blockers.push({ code: "no-signer" });
  const turns = turnsOf(draft.order, draft.recipients);
  for (const person of draft.recipients) {
    const { id, name, email, phone } = person;
    blockers.push(
      ...placeBlockers(person, draft.recipients, turns),
      ...conditionBlockers(person, draft, turns),
    );
    if (name === "" && !person.namedBy) blockers.push({ code: "name-missing", recipientId: id });
    if (email === "" && person.namedBy) continue;
    const checks = checksInDraft(person, policy);
    const needsMailbox = checks.some((check) => MAILBOX_CHECKS.has(check)) || phone === "";
    if (email === "" && needsMailbox) blockers.push({ code: "email-missing", recipientId: id });
    else if (email !== "" && !isEmailAddress(email)) blockers.push({ code: "email-wrong", recipientId: id });
    if (checks.includes("sso") && !policy.hasSso) blockers.push({ code: "sso-not-set-up", recipientId: id });
    if (checks.includes("identity-document") && !policy.hasIdentityCheck)
      blockers.push({ code: "identity-not-set-up", recipientId: id });
    if (checks.includes("passkey") && !policy.takesPasskeys)
      blockers.push({ code: "passkey-not-possible", recipientId: id });
    if (!takesPhone(checks) && (email !== "" || needsMailbox)) continue;
    if (phone === "") blockers.push({ code: "phone-missing", recipientId: id });
    else if (!isPhoneNumber(phone)) blockers.push({ code: "phone-wrong", recipientId: id });
  }
  const roles = new Map(draft.recipients.map((recipient) => [recipient.id, recipient.role]));
  const alternatives = new Set(
    draft.recipients.filter(({ alternativeTo }) => alternativeTo !== "").map(({ id }) => id),
  );
  for (const field of draft.fields) {
    const role = roles.get(field.recipientId);
    const document = documents.find((candidate) => candidate.id === field.documentId);
    if (role === undefined) blockers.push({ code: "field-of-nobody", fieldId: field.id });
    else if (!signs(role) || alternatives.has(field.recipientId))
      blockers.push({ code: "field-not-a-signers", fieldId: field.id });
    if (!document || field.page >= document.pageCount)
      blockers.push({ code: "field-without-page", fieldId: field.id });
  }
  for (const { id, role, alternativeTo } of draft.recipients) {
    if (!signs(role) || alternativeTo) continue;
    const hasPlace = draft.fields.some((field) => field.recipientId === id && field.type === "signature");
    if (!hasPlace) blockers.push({ code: "no-signature-field", recipientId: id });
  }
  for (const person of draft.recipients) blockers.push(...attestationBlockers(person, draft, turns));
  blockers.push(...editorBlockers(draft, turns));
  blockers.push(...fieldBlockers(draft.fields, draft.rules, turns), ...hiddenBlockers(draft, documents));
  return blockers;
}

/** An editor fills in fields of people after them, which are marked for it. */
function* editorBlockers(
  { recipients, fields }: DraftContent,
  turns: ReadonlyMap<string, number>,
): Generator<Blocker> {
  const editors = recipients.filter(({ role }) => role === "editor");
  const marked = fields.filter(({ settings }) => settings.isForEditor);
  const isAfter = (field: DraftField, editor: DraftRecipient) =>
    turns.get(editor.id)! < (turns.get(field.recipientId) ?? 0) &&
    !hiddenFrom(editor, recipients).includes(field.documentId);
  for (const field of marked) {
    if (!mayBeEdited(field)) yield { code: "editor-type", fieldId: field.id };
    else if (!editors.some((editor) => isAfter(field, editor)))
      yield { code: "editor-not-before", fieldId: field.id };
  }
  for (const editor of editors)
    if (!marked.some((field) => isAfter(field, editor)))
      yield { code: "editor-without-fields", recipientId: editor.id };
}

/** A witness saw the one before sign: nobody else comes between them. */
function attestationBlockers(
  { id: recipientId, role, witnessOf = "", alternativeTo }: DraftRecipient,
  { recipients, fields }: DraftContent,
  turns: ReadonlyMap<string, number>,
): Blocker[] {
  if (!attests(role) || alternativeTo !== "") return [];
  const blockers: Blocker[] = [];
  const hasBlock = fields.some((field) => field.recipientId === recipientId && field.settings.isBlock);
  if (!hasBlock) blockers.push({ code: "no-block", recipientId });
  if (role === "notary" && witnessOf === "") return blockers;
  const signer = recipients.find(({ id }) => id === witnessOf);
  if (signer?.role !== "signer" || signer.alternativeTo !== "")
    return [...blockers, { code: "witness-of-nobody", recipientId }];
  const [before, own] = [turns.get(signer.id)!, turns.get(recipientId)!];
  const isBetween = recipients.some((one) => {
    const turn = turns.get(one.id)!;
    const isWitnessToo = one.role === "witness" && one.witnessOf === witnessOf;
    return isAsked(one.role) && !isWitnessToo && turn > before && turn < own;
  });
  if (own <= before || (role === "witness" && isBetween))
    blockers.push({ code: "witness-not-next", recipientId });
  return blockers;
}

function placeBlockers(
  { id, role, alternativeTo, namedBy, check }: DraftRecipient,
  recipients: readonly DraftRecipient[],
  turns: ReadonlyMap<string, number>,
): Blocker[] {
  const blockers: Blocker[] = [];
  const leader = recipients.find((person) => person.id === alternativeTo);
  const isAlternative = leader && leader.id !== id && leader.role === role && leader.alternativeTo === "";
  if (alternativeTo !== "" && (!isAlternative || !isAsked(role)))
    blockers.push({ code: "alternative-of-nobody", recipientId: id });
  if (namedBy === "") return blockers;
  const namer = recipients.find((person) => person.id === namedBy);
  if (!namer || !isAsked(namer.role) || namer.onlyIf || turns.get(namedBy)! >= turns.get(id)!)
    blockers.push({ code: "namer-not-before", recipientId: id });
  if (takesPhone([check]) || check === "access-code") blockers.push({ code: "named-check", recipientId: id });
  return blockers;
}

function conditionBlockers(
  { id, onlyIf }: DraftRecipient,
  { fields }: Pick<DraftContent, "fields">,
  turns: ReadonlyMap<string, number>,
): Blocker[] {
  if (!onlyIf) return [];
  const isKnown = asRule(onlyIf).tests.every(({ fieldId }) => {
    const field = fields.find((one) => one.id === fieldId);
    return field && turns.get(field.recipientId)! < turns.get(id)! && !field.settings.isSensitive;
  });
  return isKnown ? [] : [{ code: "condition-not-before", recipientId: id }];
}

/** What somebody in a draft will be asked for, by the sender's choice and the rules that can be told by now. */
export function checksInDraft(
  { role, email, phone, check }: Pick<DraftRecipient, "role" | "email" | "phone" | "check">,
  { rules, classId }: AuthenticationPolicy,
): readonly CheckMethod[] {
  return raisedBy([check], rules, { role, classId, email, phone, answers: [] }).required;
}
