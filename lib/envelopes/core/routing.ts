import { isAsked, onlySays, type RecipientRole, type RecipientState } from "./roles.ts";
import type { SignatureKind } from "./signature-kind.ts";

/** As far as routing is concerned, a recipient is this. */
export interface RoutedRecipient {
  readonly id: string;
  readonly role: RecipientRole;
  readonly order: number;
  readonly state: RecipientState;
  /** A signer's signature stands in every document. */
  readonly isSigned: boolean;
}

/** Whether nothing more is expected of this person. A signer is done when the signature is made, not when asked for. */
export function isDone(recipient: RoutedRecipient): boolean {
  if (!isAsked(recipient.role) || isOut(recipient)) return true;
  return recipient.state === "finished" && (onlySays(recipient.role) || recipient.isSigned);
}

/** Has done all that is done here; the signature itself is still a provider's to make, once they let it. */
export const isAtProvider = (recipient: RoutedRecipient, signatureKind: SignatureKind): boolean =>
  signatureKind !== "here" && recipient.state === "finished" && !isDone(recipient);

/** Somebody else acts in their place. */
export const isOut = ({ state }: Pick<RoutedRecipient, "state">): boolean =>
  state === "delegated" || state === "released" || state === "skipped";

/** The order whose recipients act now; null when everybody is done. */
export function currentTurn(recipients: readonly RoutedRecipient[]): number | null {
  const open = recipients.filter((recipient) => !isDone(recipient)).map((recipient) => recipient.order);
  return open.length === 0 ? null : Math.min(...open);
}

/**
 * Whether somebody still has to act before an envelope's deadline. Who pressed Finish in time has acted, however long
 * their signature takes; who is asked only if an answer says so is not waited for while one is being signed.
 */
export function isAwaited(
  recipients: readonly (RoutedRecipient & { readonly onlyIf: unknown })[],
  signatureKind: SignatureKind,
): boolean {
  const hasActed = (one: RoutedRecipient) =>
    isDone(one) || (signatureKind === "here" && one.state === "finished");
  const left = recipients.filter((one) => !hasActed(one));
  const isMaking = recipients.some((one) => hasActed(one) && !isDone(one));
  const mayBeSkipped = left.every(({ state, onlyIf }) => state === "waiting" && onlyIf !== null);
  return left.length > 0 && !(isMaking && mayBeSkipped);
}

export type NextStep =
  | { readonly kind: "invite"; readonly recipientIds: readonly string[] }
  | { readonly kind: "wait" }
  | { readonly kind: "seal" };

/** What routing asks for after something happened. */
export function nextStep(recipients: readonly RoutedRecipient[]): NextStep {
  const turn = currentTurn(recipients);
  if (turn === null) return { kind: "seal" };
  const waiting = recipients.filter(
    (recipient) => recipient.order === turn && isAsked(recipient.role) && recipient.state === "waiting",
  );
  return waiting.length === 0
    ? { kind: "wait" }
    : { kind: "invite", recipientIds: waiting.map(({ id }) => id) };
}
