import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { personal } from "#lib/audit/core/commitment.ts";
import { requireRecipient } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { Attestation, attestationProblem, blockText } from "#lib/envelopes/core/attestation.ts";
import { attests } from "#lib/envelopes/core/roles.ts";
import type { FieldId } from "#lib/ids.ts";
import { requireTurn } from "../core/finish.ts";
import { requireTimeZone, signingDate } from "../core/signing-date.ts";
import { drawValue, pageOf } from "../draw-value.ts";
import { signingError } from "../errors.ts";
import { ceremonyOf, type LoadedCeremony, loadCeremony, type RecipientRow, saveValue } from "../store.ts";
import { findAttestation, keepAttestation } from "./store.ts";

const Input = z.object({ entry: Attestation, timeZone: z.string().max(60) });

/**
 * Keeps what a witness or a notary states, and writes it into its block in the document, where it has to fit. It can be
 * changed until they sign.
 *
 * @throws signing/attestation-not-yours, commission-expired, identification-missing, out-of-turn, value-does-not-fit
 */
export async function saveAttestation(ctx: Context, input: z.input<typeof Input>): Promise<void> {
  const { recipientId, envelopeId } = requireRecipient(ctx);
  const { entry, timeZone } = Input.parse(input);
  requireTimeZone(timeZone);
  await inTransaction(ctx, async (ctx) => {
    const loaded = await loadCeremony(ctx, envelopeId, true);
    const ceremony = ceremonyOf(loaded, recipientId);
    const { recipient } = ceremony;
    requireTurn(ceremony);
    if (!attests(recipient.role) || entry.kind !== recipient.role)
      throw signingError("attestation-not-yours", `a ${recipient.role} states a ${entry.kind}'s`);
    const at = ctx.now();
    const problem = attestationProblem(entry, at.toISOString().slice(0, 10));
    if (problem) throw signingError(problem, entry.kind);
    const day = signingDate(at, timeZone);
    const block = blockText(entry, { name: recipient.name, day, signers: signersFor(loaded, recipient) });
    for (const field of ceremony.fields.filter(({ settings }) => settings.isBlock)) {
      const about = { field, page: pageOf(loaded, field), file: null, person: recipient, at };
      drawValue(ctx, { ...about, marks: { signature: null, initials: null }, value: block });
      await saveValue(ctx, field.id as FieldId, block);
    }
    await keepAttestation(ctx, { recipientId, envelopeId, entry, block, savedAt: at, madeAt: null });
    const data = { recipient: recipientId, kind: entry.kind, details: personal(block) };
    await appendEvent(ctx, { type: "attestation.saved", envelopeId, data });
  });
}

/** What a witness or a notary has entered so far; null before. */
export async function viewAttestation(ctx: Context): Promise<Attestation | null> {
  const { recipientId } = requireRecipient(ctx);
  const row = await inTransaction(ctx, (ctx) => findAttestation(ctx, recipientId));
  return row?.entry ?? null;
}

export interface MadeAttestation {
  /** What stands in the block. */
  readonly block: string;
  /** Makes it final, with the signature. */
  record(ctx: Context): Promise<void>;
}

/**
 * What was entered, as it is on the day of signing. Part of signing.
 *
 * @returns null for whoever states nothing. @throws signing/attestation-missing, commission-expired
 */
export async function makeAttestation(
  ctx: Context,
  loaded: LoadedCeremony,
  recipient: RecipientRow,
  day: string,
): Promise<MadeAttestation | null> {
  if (!attests(recipient.role)) return null;
  const row = await findAttestation(ctx, recipient.id);
  if (!row) throw signingError("attestation-missing", `recipient ${recipient.id}`);
  const { entry } = row;
  const at = ctx.now();
  const problem = attestationProblem(entry, at.toISOString().slice(0, 10));
  if (problem) throw signingError(problem, entry.kind);
  const block = blockText(entry, { name: recipient.name, day, signers: signersFor(loaded, recipient) });
  const { envelopeId } = recipient;
  // Everything of the entry for itself, so that each can be proven and each be forgotten.
  const { kind, ...said } = entry;
  const stated = Object.fromEntries(
    Object.entries(said).map(([name, value]) => [name, value === "" ? null : personal(value)]),
  );
  const data = { recipient: recipient.id, kind, details: personal(block), entry: stated };
  return {
    block,
    async record(ctx) {
      await keepAttestation(ctx, { ...row, block, madeAt: at });
      await appendEvent(ctx, { type: "attestation.made", envelopeId, data });
    },
  };
}

/** Whose signatures it is about: of the one they witness, or of all who signed before. */
export function signersFor({ recipients }: LoadedCeremony, recipient: RecipientRow): string[] {
  const acting = (id: string): RecipientRow | undefined => {
    const heir = recipients.find(({ delegatedFrom }) => delegatedFrom === id);
    return heir ? acting(heir.id) : recipients.find((one) => one.id === id);
  };
  if (recipient.witnessOf) return [acting(recipient.witnessOf)?.name ?? ""];
  return recipients
    .filter(({ role, signedAt, order }) => role === "signer" && signedAt !== null && order < recipient.order)
    .map(({ name }) => name);
}
