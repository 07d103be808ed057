import { factorsOf } from "#lib/envelopes/core/checks.ts";
import { signs } from "#lib/envelopes/core/roles.ts";

/** The act a certificate was issued for, as the chain has it. */
export interface SigningAct {
  readonly type: string;
  readonly actor: Readonly<Record<string, unknown>>;
  readonly data: Readonly<Record<string, unknown>>;
}

/**
 * Why a certificate is not captured where two factors and the signer's role are asked for; null when both are there.
 *
 * @param act the event the certificate was issued for. @param recipient whose certificate it is.
 */
export function missingProof(
  act: SigningAct | null,
  recipient: { readonly id: string; readonly role: string } | null,
): string | null {
  const isOwnAct =
    act?.type === "recipient.signed" && act.actor.kind === "recipient" && act.actor.id === recipient?.id;
  if (!recipient || !isOwnAct || !signs(recipient.role))
    return "the act it was issued for is not one of this person as a signer";
  const { methods } = (act.data.authentication ?? {}) as { methods?: unknown };
  const shown = Array.isArray(methods) ? methods.map(String) : [];
  if (factorsOf(shown, act.data.email) >= 2) return null;
  return `two factors are asked for, and the person showed one: ${shown.join(", ") || "none on record"}`;
}
