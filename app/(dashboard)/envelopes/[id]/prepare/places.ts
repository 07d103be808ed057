import type { Blocker } from "#lib/envelopes/core/blockers.ts";

export const STEPS = ["documents", "people", "fields", "review"] as const;
export type Step = (typeof STEPS)[number];

/** Where something is mended. */
export interface Place {
  readonly step: Step;
  /** What gets the focus there. */
  readonly elementId: string;
  /** Whose fields are placed next. */
  readonly personId?: string;
}

/** Where to go to take a blocker out of the way. */
export function placeOf(blocker: Blocker): Place {
  switch (blocker.code) {
    case "no-document":
      return { step: "documents", elementId: "choose-files" };
    case "no-agreement":
      return { step: "documents", elementId: `document-${blocker.documentId}` };
    case "no-title":
      return { step: "review", elementId: "envelope-title" };
    case "no-signer":
      return { step: "people", elementId: "add-person" };
    case "role-name-missing":
    case "role-name-twice":
      return { step: "people", elementId: `role-name-${blocker.recipientId}` };
    case "name-missing":
    case "name-not-drawable":
      return { step: "people", elementId: `name-${blocker.recipientId}` };
    case "email-missing":
    case "email-wrong":
      return { step: "people", elementId: `email-${blocker.recipientId}` };
    case "phone-missing":
    case "phone-wrong":
      return { step: "people", elementId: `phone-${blocker.recipientId}` };
    case "sso-not-set-up":
    case "identity-not-set-up":
    case "passkey-not-possible":
      return { step: "people", elementId: `check-${blocker.recipientId}` };
    case "alternative-of-nobody":
      return { step: "people", elementId: `alternative-${blocker.recipientId}` };
    case "condition-not-before":
      return { step: "people", elementId: `only-if-${blocker.recipientId}` };
    case "namer-not-before":
    case "named-check":
      return { step: "people", elementId: `named-${blocker.recipientId}` };
    case "access-code-missing":
    case "host-gone":
      return { step: "people", elementId: `access-code-${blocker.recipientId}` };
    case "language-without-notice":
      return { step: "people", elementId: `language-${blocker.recipientId}` };
    case "signature-too-small":
      return { step: "people", elementId: `meaning-${blocker.recipientId}` };
    case "hides-every-document":
    case "witness-sees-less":
      return { step: "people", elementId: `hidden-${blocker.recipientId}` };
    case "answer-time-over":
      return { step: "people", elementId: `time-${blocker.recipientId}` };
    case "witness-of-nobody":
    case "witness-not-next":
      return { step: "people", elementId: `witness-${blocker.recipientId}` };
    case "witness-required":
    case "notary-required":
      return { step: "people", elementId: "add-person" };
    case "agreement-required":
      return { step: "review", elementId: "document-class" };
    case "signature-kind-off":
    case "provider-missing":
    case "provider-untimed":
      return { step: "review", elementId: "signature-kind" };
    case "provider-turn-shared":
    case "provider-in-person":
      return { step: "people", elementId: `role-${blocker.recipientId}` };
    case "counsel-required":
      return { step: "review", elementId: "ask-counsel" };
    case "editor-without-fields":
      return { step: "people", elementId: `role-${blocker.recipientId}` };
    case "no-block":
      return { step: "fields", elementId: "tool-text", personId: blocker.recipientId };
    case "no-signature-field":
      return { step: "fields", elementId: "tool-signature", personId: blocker.recipientId };
    default:
      return { step: "fields", elementId: `field-${blocker.fieldId}` };
  }
}
