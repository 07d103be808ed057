import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { requireReason } from "#lib/identity/access/require-reason.ts";
import { envelopesError } from "../errors.ts";
import { type AgreementRow, hasAgreementOn, listAgreementRows, loadAgreement } from "./store.ts";

export interface AgreementItem {
  readonly id: string;
  readonly coveredEntity: string;
  readonly businessAssociate: string;
  /** Days of the calendar. */
  readonly signedOn: string;
  readonly endsOn: string | null;
  /** Health data is kept so many years at least; null where it says nothing. */
  readonly keepYears: number | null;
  readonly fileName: string;
  readonly recordedBy: string | null;
  readonly recordedAt: Date;
  readonly state: "counts" | "over" | "ended";
}

/** The business associate agreements on record, and whether one of them counts today. */
export async function listAgreements(
  ctx: Context,
): Promise<{ readonly items: readonly AgreementItem[]; readonly hasOne: boolean }> {
  requirePermission(ctx, "agreement.manage");
  const today = dayOf(ctx);
  return inTransaction(ctx, async (ctx) => ({
    items: (await listAgreementRows(ctx)).map(({ agreement, recordedBy }) => {
      const { id, coveredEntity, businessAssociate, signedOn, endsOn, keepYears, fileName, recordedAt } =
        agreement;
      const facts = {
        id,
        coveredEntity,
        businessAssociate,
        signedOn,
        endsOn,
        keepYears,
        fileName,
        recordedBy,
        recordedAt,
      };
      return { ...facts, state: stateOf(agreement, today) };
    }),
    hasOne: await hasAgreementOn(ctx, today),
  }));
}

/** The file of one, and an event that says who took it. @throws envelopes/agreement-not-found; identity/reason-required */
export async function downloadAgreement(ctx: Context, input: { readonly agreementId: string }) {
  requirePermission(ctx, "agreement.manage");
  const id = z.uuid().safeParse(input.agreementId).data ?? null;
  const row = await inTransaction(ctx, async (ctx) => {
    const row = id && (await loadAgreement(ctx, id));
    if (!row) throw envelopesError("agreement-not-found", "no such agreement");
    const reason = await requireReason(ctx, "export", null);
    const data = { agreement: row.id, sha256: row.sha256, reason };
    await appendEvent(ctx, { type: "agreement.downloaded", envelopeId: null, data });
    return row;
  });
  const { fileName, sizeBytes, fileKey } = row;
  return {
    fileName,
    sizeBytes,
    contentType: "application/pdf",
    bytes: await ctx.runtime.files.stream(fileKey),
  };
}

const dayOf = (ctx: Context): string => ctx.now().toISOString().slice(0, 10);

function stateOf({ endedAt, endsOn }: AgreementRow, today: string): AgreementItem["state"] {
  if (endedAt) return "ended";
  return endsOn !== null && endsOn < today ? "over" : "counts";
}
