import { authorizeError } from "#lib/authorize.ts";
import type { Context } from "#lib/context.ts";
import type { AuthenticationMethod } from "#lib/pki/core/certificates/profiles.ts";
import { hasShownEnough } from "./checks/current-step.ts";
import type { RecipientRow } from "./store.ts";

export interface Authentication {
  readonly methods: readonly AuthenticationMethod[];
  readonly checkedAt: string | undefined;
}

/**
 * How the person who acts was identified, for the event that authorizes their signature: the link or the host who was there, and what
 * they showed beside it.
 *
 * @throws authorize/check-missing where the sender asked for more than was shown
 */
export function authenticationOf({ actor }: Context, recipient: RecipientRow): Authentication {
  const shown = actor.kind === "recipient" ? (actor.checked ?? []) : [];
  const hosted = actor.kind === "recipient" ? actor.hosted : undefined;
  const isInPerson = actor.kind === "recipient" && actor.inPerson !== undefined;
  const first = isInPerson ? "in-person" : hosted ? "hosted-link" : "link";
  if (!hasShownEnough(recipient, shown, hosted !== undefined))
    throw authorizeError("check-missing", `recipient ${recipient.id}`);
  return {
    methods: [first, ...shown.map(({ method }) => method)],
    checkedAt: shown.at(-1)?.at.toISOString(),
  };
}

const METHODS = new Set<string>([
  ...[
    "link",
    "email-code",
    "sms-code",
    "access-code",
    "authenticator",
    "passkey",
    "sso",
    "identity-document",
  ],
  ...["in-person", "hosted-link"],
]);

/** What the authorizing event says of it; empty where it says nothing. */
export function namedMethods(data: Readonly<Record<string, unknown>>): AuthenticationMethod[] {
  const { methods } = (data.authentication ?? {}) as { methods?: unknown };
  return Array.isArray(methods) ? methods.filter((method) => METHODS.has(method)) : [];
}

/** The same, for a certificate; by the link alone where it says nothing. */
export function recordedMethods(data: Readonly<Record<string, unknown>>): AuthenticationMethod[] {
  const known = namedMethods(data);
  return known.length > 0 ? known : ["link"];
}
