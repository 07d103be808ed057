import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requirePermission } from "#lib/authorize.ts";
import { toLatin1 } from "#lib/bytes.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { typedLine } from "#lib/identity/core/typed-text.ts";
import { uuidV7 } from "#lib/ids.ts";
import { fileName } from "../documents/take-upload.ts";
import { envelopesError } from "../errors.ts";
import { endAgreementRow, loadAgreement, saveAgreement } from "./store.ts";

export const AGREEMENT_BYTES = 10 * 1024 * 1024;

const Input = z.object({
  coveredEntity: typedLine(200, 1),
  businessAssociate: typedLine(200, 1),
  signedOn: z.iso.date(),
  /** Empty while nobody has ended it. */
  endsOn: z.union([z.iso.date(), z.literal("")]).default(""),
  /** Empty where it says nothing of it. */
  keepYears: z.union([z.literal(""), z.coerce.number().int().min(0).max(100)]).default(""),
  fileName: z.string().max(500),
});

/**
 * Puts a signed business associate agreement on record, with its file.
 *
 * @throws envelopes/agreement-not-a-pdf, agreement-too-large, agreement-days-wrong, agreement-not-signed-yet
 */
export async function recordAgreement(
  ctx: Context,
  input: z.input<typeof Input> & { readonly bytes: Uint8Array },
): Promise<string> {
  const member = requirePermission(ctx, "agreement.manage");
  const { coveredEntity, businessAssociate, signedOn, ...rest } = Input.parse(input);
  const { bytes } = input;
  const endsOn = rest.endsOn === "" ? null : rest.endsOn;
  const keepYears = rest.keepYears === "" ? null : rest.keepYears;
  const at = ctx.now();
  if (signedOn > at.toISOString().slice(0, 10)) throw envelopesError("agreement-not-signed-yet", signedOn);
  if (endsOn !== null && endsOn < signedOn) throw envelopesError("agreement-days-wrong", endsOn);
  if (bytes.length > AGREEMENT_BYTES) throw envelopesError("agreement-too-large", `${bytes.length} bytes`);
  if (!toLatin1(bytes.subarray(0, 1024)).includes("%PDF-"))
    throw envelopesError("agreement-not-a-pdf", `${bytes.length} bytes`);
  const id = uuidV7(at.getTime(), ctx.runtime.random(10));
  const fileKey = `org/${ctx.organizationId}/agreements/${id}.pdf.enc`;
  const { sha256, sizeBytes } = await ctx.runtime.files.put(fileKey, [bytes], bytes.length);
  try {
    await inTransaction(ctx, async (ctx) => {
      await saveAgreement(ctx, {
        ...{ organizationId: ctx.organizationId, id, coveredEntity, businessAssociate, signedOn, endsOn },
        keepYears,
        ...{ fileKey, fileName: fileName(rest.fileName), sha256, sizeBytes },
        ...{ recordedBy: member.memberId, recordedAt: at },
      });
      const data = { agreement: id, coveredEntity, businessAssociate, signedOn, endsOn, keepYears, sha256 };
      await appendEvent(ctx, { type: "agreement.recorded", envelopeId: null, data });
    });
  } catch (error) {
    await ctx.runtime.files.delete(fileKey);
    throw error;
  }
  return id;
}

/** Takes an agreement off the record; what it was, and its file, stay. @throws envelopes/agreement-not-found */
export async function endAgreement(ctx: Context, input: { readonly agreementId: string }): Promise<void> {
  const member = requirePermission(ctx, "agreement.manage");
  const id = z.uuid().parse(input.agreementId);
  await inTransaction(ctx, async (ctx) => {
    const row = await loadAgreement(ctx, id, true);
    if (!row || row.endedAt) throw envelopesError("agreement-not-found", `agreement ${id}`);
    await endAgreementRow(ctx, id, { endedAt: ctx.now(), endedBy: member.memberId });
    const data = {
      agreement: id,
      coveredEntity: row.coveredEntity,
      businessAssociate: row.businessAssociate,
    };
    await appendEvent(ctx, { type: "agreement.ended", envelopeId: null, data });
  });
}
