import { isEmailAddress } from "#lib/identity/core/email-address.ts";
import { type AuthenticationPolicy, NO_POLICY, raisedBy } from "./authentication-rules.ts";
import type { CheckMethod } from "./checks.ts";
import { type DraftContent, type DraftRecipient, turnOf } from "./draft.ts";
import { type FieldBlocker, fieldBlockers } from "./fields/field-blockers.ts";
import { isPhoneNumber } from "./phone-number.ts";

/** Why a draft cannot be sent yet; each names what it is about. */
export type Blocker =
  | { readonly code: "no-document" }
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
  | { readonly code: "sso-not-set-up"; readonly recipientId: string }
  | { readonly code: "passkey-not-possible"; readonly recipientId: string }
  /** To a consumer everything is in a language in which the notice was reviewed, or nothing is. */
  | { readonly code: "language-without-notice"; readonly recipientId: string }
  | { readonly code: "no-signature-field"; readonly recipientId: string }
  | { readonly code: "field-of-nobody"; readonly fieldId: string }
  | { readonly code: "field-not-a-signers"; readonly fieldId: string }
  | { readonly code: "field-without-page"; readonly fieldId: string }
  | { readonly code: "field-value-not-drawable"; readonly fieldId: string }
  | { readonly code: "payment-off"; readonly fieldId: string }
  | FieldBlocker;

/** Everything that stands in the way of sending, in the order of the screen. */
export function blockersOf(
  draft: DraftContent,
  documents: readonly { readonly id: string; readonly pageCount: number }[],
  policy: AuthenticationPolicy = NO_POLICY,
): Blocker[] {
  const blockers: Blocker[] = [];
  if (documents.length === 0) blockers.push({ code: "no-document" });
  if (draft.title === "") blockers.push({ code: "no-title" });
  if (!draft.recipients.some((recipient) => recipient.role === "signer"))
    blockers.push({ code: "no-signer" });
  for (const person of draft.recipients) {
    const { id, name, email, phone } = person;
    if (name === "") blockers.push({ code: "name-missing", recipientId: id });
    if (email === "") blockers.push({ code: "email-missing", recipientId: id });
    else if (!isEmailAddress(email)) blockers.push({ code: "email-wrong", recipientId: id });
    const checks = checksInDraft(person, policy);
    if (checks.includes("sso") && !policy.hasSso) blockers.push({ code: "sso-not-set-up", recipientId: id });
    if (checks.includes("passkey") && !policy.takesPasskeys)
      blockers.push({ code: "passkey-not-possible", recipientId: id });
    if (!checks.includes("sms-code")) continue;
    if (phone === "") blockers.push({ code: "phone-missing", recipientId: id });
    else if (!isPhoneNumber(phone)) blockers.push({ code: "phone-wrong", recipientId: id });
  }
  const roles = new Map(draft.recipients.map((recipient) => [recipient.id, recipient.role]));
  for (const field of draft.fields) {
    const role = roles.get(field.recipientId);
    const document = documents.find((candidate) => candidate.id === field.documentId);
    if (role === undefined) blockers.push({ code: "field-of-nobody", fieldId: field.id });
    else if (role !== "signer") blockers.push({ code: "field-not-a-signers", fieldId: field.id });
    if (!document || field.page >= document.pageCount)
      blockers.push({ code: "field-without-page", fieldId: field.id });
  }
  for (const { id, role } of draft.recipients) {
    if (role !== "signer") continue;
    const signs = draft.fields.some((field) => field.recipientId === id && field.type === "signature");
    if (!signs) blockers.push({ code: "no-signature-field", recipientId: id });
  }
  const turns = draft.recipients.map(({ id }, position) => [id, turnOf(draft.order, position)] as const);
  blockers.push(...fieldBlockers(draft.fields, draft.rules, new Map(turns)));
  return blockers;
}

/** What somebody in a draft will be asked for, by the sender's choice and the rules that can be told by now. */
export function checksInDraft(
  { role, email, phone, check }: Pick<DraftRecipient, "role" | "email" | "phone" | "check">,
  { rules, classId }: AuthenticationPolicy,
): readonly CheckMethod[] {
  return raisedBy([check], rules, { role, classId, email, phone, answers: [] }).required;
}
