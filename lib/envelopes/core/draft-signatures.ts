import { type DraftContent, turnsOf } from "./draft.ts";
import { signs } from "./roles.ts";
import { type SignatureBlocker, type SignatureChoice, signatureBlockers } from "./signature-kind.ts";

/** Why a draft cannot be signed the way it asks for. @param level of the envelope's signatures: `B-LTA`. */
export function draftSignatureBlockers(
  content: DraftContent,
  choice: SignatureChoice,
  level: string,
): SignatureBlocker[] {
  const turns = turnsOf(content.order, content.recipients);
  const people = content.recipients.map(({ id, role, alternativeTo, hostId }) => ({
    ...{ id, turn: turns.get(id) ?? 1, signs: signs(role), isAlternative: alternativeTo !== "" },
    isInPerson: hostId != null,
  }));
  return signatureBlockers({ ...content, level }, people, choice);
}
