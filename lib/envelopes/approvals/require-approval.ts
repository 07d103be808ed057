import { canonicalJson, type Json } from "#lib/audit/core/canonical-json.ts";
import { fromUtf8, sha256, toHex } from "#lib/bytes.ts";
import type { Context } from "#lib/context.ts";
import { draftClass } from "../authentication/policy-store.ts";
import { asksApproval } from "../core/send-duties.ts";
import { envelopesError } from "../errors.ts";
import { contentOf } from "../get-draft.ts";
import {
  type DocumentRow,
  type EnvelopeRow,
  type FieldRow,
  loadDocuments,
  loadFields,
  loadRecipients,
  type RecipientRow,
} from "../store.ts";
import { dutyOf, listDutyRows, newestApproval, teamOf } from "./store.ts";

/** What would go out, as it stands. */
interface Standing {
  readonly envelope: EnvelopeRow;
  readonly recipients: readonly RecipientRow[];
  readonly fields: readonly FieldRow[];
  readonly documents: readonly DocumentRow[];
  /** Of the documents, as it would be sent under. */
  readonly classId: string | null;
}

const AMOUNTS: ReadonlySet<string> = new Set(["number", "amount", "formula"]);

/** Whether somebody else has to approve a draft before its owner sends it. Part of a verb. */
export async function needsApproval(ctx: Context, standing: Standing): Promise<boolean> {
  const duties = (await listDutyRows(ctx)).map(dutyOf);
  if (duties.length === 0) return false;
  const { envelope, classId, fields, documents } = standing;
  return asksApproval(duties, {
    sender: { memberId: envelope.ownerId, teamId: await teamOf(ctx, envelope.ownerId) },
    ...{ templateId: envelope.templateId, classId },
    holdsHealth: documents.some(({ holdsHealth }) => holdsHealth),
    amounts: fields
      .filter(({ type }) => AMOUNTS.has(type))
      .map(({ label, settings }) => ({ label, value: settings.value ?? "" })),
  });
}

/** Of everything that would be sent: documents by their bytes, people, fields, rules and words. */
export function draftSha256({ envelope, recipients, fields, documents, classId }: Standing): string {
  const content = {
    ...contentOf(envelope, recipients, fields),
    ...{ level: envelope.level, class: classId },
    documents: documents.map(({ id, name, previewSha256 }) => ({ id, name, sha256: previewSha256 })),
  };
  // What is left out of a row and what is not there are the same.
  return toHex(sha256(fromUtf8(canonicalJson(JSON.parse(JSON.stringify(content)) as Json))));
}

export async function standingOf(ctx: Context, envelope: EnvelopeRow): Promise<Standing> {
  return {
    envelope,
    recipients: await loadRecipients(ctx, envelope.id),
    fields: await loadFields(ctx, envelope.id),
    documents: await loadDocuments(ctx, envelope.id),
    classId: await draftClass(ctx, envelope.id),
  };
}

/** Part of a verb. @throws envelopes/approval-needed, approval-outdated */
export async function requireApproved(ctx: Context, standing: Standing): Promise<void> {
  if (!(await needsApproval(ctx, standing))) return;
  const approval = await newestApproval(ctx, standing.envelope.id);
  if (approval?.state !== "approved")
    throw envelopesError(
      "approval-needed",
      `envelope ${standing.envelope.id}: ${approval?.state ?? "not asked"}`,
    );
  if (approval.draftSha256 !== draftSha256(standing))
    throw envelopesError("approval-outdated", `approval ${approval.id}`);
}
