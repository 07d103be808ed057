import { readChain } from "#lib/audit/read-chain.ts";
import { requireOwn, requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import type { FieldType } from "#lib/envelopes/core/fields/field-types.ts";
import { separatorsOf } from "#lib/envelopes/core/fields/typed-number.ts";
import { writtenAnswer } from "#lib/envelopes/core/fields/written-answer.ts";
import { isRefusal } from "#lib/errors.ts";
import type { EnvelopeId, FieldFileId } from "#lib/ids.ts";
import { MarkInput } from "../adopt-mark.ts";
import { parseValue } from "../core/field-values.ts";
import { type Captured, capturedIn } from "../core/offline-captured.ts";
import { type AgainBy, againBy } from "../core/offline-settlement.ts";
import { adoptedMarks, markPicture } from "../marks.ts";
import { type FieldRow, type LoadedCeremony, loadCeremony } from "../store.ts";
import { type KitRow, loadKeptFiles, loadKits } from "./store.ts";

/** One answer as it was captured, and as it stands now. */
export interface CapturedAnswer {
  readonly fieldId: string;
  readonly type: FieldType;
  readonly label: string;
  /** From 0. */
  readonly page: number;
  readonly document: string;
  readonly captured: string;
  /** What the person handed in elsewhere; null where they handed in nothing. */
  readonly now: string | null;
}

/** What was captured and not applied, beside what is so instead. */
export interface CapturedView {
  /** Empty where Finish was not pressed: what nobody handed in is nobody else's to read. */
  readonly answers: readonly CapturedAnswer[];
  readonly isHandedIn: boolean;
  /** As SVG; null where none was adopted, or the device does not say what it looked like. */
  readonly signature: string | null;
  /** As SVG; what they signed with elsewhere. */
  readonly signatureNow: string | null;
  /** How it can be signed again; null where it cannot. */
  readonly againBy: AgainBy | null;
}

/** A kit as its sender sees it. */
export interface KitView
  extends Pick<
    KitRow,
    | (
        | "id"
        | "recipientId"
        | "issuedAt"
        | "expiresAt"
        | "state"
        | "reason"
        | "syncedAt"
        | "removedAt"
        | "wipedAt"
      )
    | ("settledAt" | "settlement" | "settlementReason" | "copyId")
    /** Server clock minus device clock when it came back. */
    | "clockOffMs"
  > {
  readonly documentIds: readonly string[];
  /** What was given and stands in no field. */
  readonly files: readonly { readonly id: FieldFileId; readonly name: string; readonly sizeBytes: number }[];
  readonly acts: readonly { readonly act: string; readonly at: string; readonly reason: string | null }[];
  /** Null but for what was captured and not applied. */
  readonly captured: CapturedView | null;
}

/** What lay on signers' devices, and what came back. */
export async function listKits(
  ctx: Context,
  input: { readonly envelopeId: EnvelopeId },
): Promise<readonly KitView[]> {
  const member = requirePermission(ctx, "envelope.read");
  return inTransaction(ctx, async (ctx) => {
    const loaded = await loadCeremony(ctx, input.envelopeId, false);
    requireOwn(member, loaded.envelope, "envelope.read-all");
    const kits = await loadKits(ctx, input.envelopeId);
    const files = await loadKeptFiles(ctx, input.envelopeId);
    const isAnyKept = kits.some(({ state }) => state === "kept");
    const entries = isAnyKept ? (await readChain(ctx, input.envelopeId)).entries : [];
    const views: KitView[] = [];
    for (const kit of kits) {
      const { id, recipientId, issuedAt, expiresAt, state, reason, syncedAt, clockOffMs } = kit;
      const { removedAt, wipedAt, settledAt, settlement, settlementReason, copyId, documents, events } = kit;
      views.push({
        ...{ id, recipientId, issuedAt, expiresAt, state, reason, syncedAt, clockOffMs },
        ...{ removedAt, wipedAt, settledAt, settlement, settlementReason, copyId },
        documentIds: documents.map(({ documentId }) => documentId),
        files: files
          .filter(({ kitId }) => kitId === id)
          .map(({ id, name, sizeBytes }) => ({ id, name, sizeBytes })),
        acts: events.map(({ act, at, reason }) => ({ act, at, reason })),
        captured: state === "kept" ? await besideNow(ctx, loaded, kit, capturedIn(entries, id)) : null,
      });
    }
    return views;
  });
}

async function besideNow(
  ctx: Context,
  loaded: LoadedCeremony,
  { recipientId, reason }: KitRow,
  captured: Captured,
): Promise<CapturedView> {
  const { fields, documents, values, envelope, recipients } = loaded;
  const person = recipients.find(({ id }) => id === recipientId)!;
  const isFinished = person.state === "finished";
  const { fills, files, isHandedIn } = captured;
  const shown = fields.filter(({ id }) => fills.has(id) || files.has(id));
  return {
    isHandedIn,
    answers: isHandedIn
      ? shown.map((field) => ({
          ...{ fieldId: field.id, type: field.type, label: field.label, page: field.page },
          document: documents.find(({ id }) => id === field.documentId)?.name ?? "",
          captured: files.get(field.id) ?? asWritten(field, fills.get(field.id)!),
          now: isFinished ? writtenAnswer(field, values.get(field.id) ?? "") : null,
        }))
      : [],
    signature: isHandedIn ? pictureOf(ctx, captured.signature) : null,
    signatureNow: isFinished ? await adoptedPicture(ctx, recipientId) : null,
    againBy: againBy(reason, { envelopeState: envelope.state, personState: person.state }),
  };
}

/** As the document would have it; as it was typed where the document has no room for it. */
function asWritten(
  field: FieldRow,
  { value, locale }: { value: string; locale: string | undefined },
): string {
  try {
    return writtenAnswer(
      field,
      parseValue(field, value, Number.POSITIVE_INFINITY, locale ? separatorsOf(locale) : undefined),
    );
  } catch (error) {
    if (isRefusal(error)) return value;
    throw error;
  }
}

function pictureOf(ctx: Context, given: unknown): string | null {
  const mark = MarkInput.safeParse(given);
  if (!mark.success || mark.data.type === "uploaded" || mark.data.type === "kept") return null;
  return markPicture(ctx, mark.data);
}

async function adoptedPicture(ctx: Context, recipientId: KitRow["recipientId"]): Promise<string | null> {
  const { signature } = await adoptedMarks(ctx, recipientId);
  return signature ? markPicture(ctx, signature) : null;
}
