import { z } from "zod";
import { requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import type { CertificateId, DocumentId, EnvelopeId } from "#lib/ids.ts";
import { type Standing, standingOf } from "./core/after-compromise.ts";
import { type EnvelopeRow, loadSignedWith } from "./store.ts";

const Input = z.object({
  certificateId: z.uuid().transform((id) => id as CertificateId),
  /** From when on somebody else may have had the key; null asks only what it signed. */
  lostAt: z.date().nullable().default(null),
});

const LIMIT = 10_000;

export interface SignedDocument {
  readonly envelope: {
    readonly id: EnvelopeId;
    readonly title: string;
    readonly shortId: string;
    readonly state: EnvelopeRow["state"];
  };
  readonly document: { readonly id: DocumentId; readonly name: string; readonly sha256: string };
  readonly act: "certified" | "signed" | "sealed";
  readonly at: Date;
  readonly level: EnvelopeRow["level"];
  /** Null when nobody asked since when. */
  readonly standing: Standing | null;
}

/** Everything that a certificate's key signed, newest first, and what of it stands when the key was lost. */
export async function listSignedWith(
  ctx: Context,
  input: z.input<typeof Input>,
): Promise<readonly SignedDocument[]> {
  requirePermission(ctx, "key.manage");
  const { certificateId, lostAt } = Input.parse(input);
  const rows = await inTransaction(ctx, (ctx) => loadSignedWith(ctx, certificateId, LIMIT));
  return rows.map(({ envelopeId, title, shortId, state, documentId, documentName, sha256, ...row }) => {
    const { level, doneAt } = row;
    const isUnderWay = state === "sent" || state === "sealing";
    return {
      envelope: { id: envelopeId, title, shortId, state },
      document: { id: documentId, name: documentName, sha256 },
      act: row.kind as SignedDocument["act"],
      at: doneAt!,
      level,
      standing: lostAt && standingOf({ storedAt: doneAt!, level, isUnderWay }, lostAt),
    };
  });
}
