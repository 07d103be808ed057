import { signingError } from "../errors.ts";
import { type Ceremony, requireTurn } from "./finish.ts";

/**
 * What becomes of an envelope when somebody withdraws their agreement.
 *
 * @returns `returned`: nobody is asked to sign it any more; `future`: what was signed stays valid (15 USC 7001(c)(4)).
 * @throws signing/nothing-to-withdraw where the person neither agreed nor is asked
 */
export function withdrawalEffect(
  ceremony: Ceremony & { readonly recipient: { readonly consentedAt: Date | null } },
): "returned" | "future" {
  const { recipient, envelopeState } = ceremony;
  const isOpen = recipient.state !== "finished" && recipient.state !== "declined" && envelopeState === "sent";
  if (isOpen) {
    requireTurn(ceremony);
    return "returned";
  }
  if (recipient.consentedAt === null)
    throw signingError("nothing-to-withdraw", `recipient is ${recipient.state}`);
  return "future";
}
