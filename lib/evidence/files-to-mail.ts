import { requireSystem } from "#lib/authorize.ts";
import { gatherBytes, sha256, toHex } from "#lib/bytes.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import type { DocumentId, EnvelopeId } from "#lib/ids.ts";
import { findFile, type Wanted } from "./download.ts";
import { evidenceError } from "./errors.ts";
import { hasSensitiveFields, loadWhatIsLeft } from "./store.ts";

export interface FileToMail {
  readonly filename: string;
  readonly contentType: string;
  readonly content: Uint8Array;
  readonly sha256: string;
}

/** What a person gets of a completed envelope: every signed PDF, the audit trail and the certificates. */
export interface FilesToMail {
  /** Members give a reason before they download anything. */
  readonly asksReason: boolean;
  /** Somebody said that a document holds health data, or a signer was asked for a sensitive answer. */
  readonly isSensitive: boolean;
  readonly sizeBytes: number;
  /** Read and checked when they are asked for. */
  open(): Promise<readonly FileToMail[]>;
}

/** @param input.hidden documents that are kept from this person. @returns null where the organization has no files mailed, or they are gone. @throws evidence/not-found */
export async function filesToMail(
  ctx: Context,
  { envelopeId, hidden = [] }: { readonly envelopeId: EnvelopeId; readonly hidden?: readonly DocumentId[] },
): Promise<FilesToMail | null> {
  requireSystem(ctx);
  return inTransaction(ctx, async (ctx) => {
    const record = await loadWhatIsLeft(ctx, envelopeId);
    const { envelope, organization } = record;
    if (!organization.settings.mailsDocuments || envelope.state !== "completed" || envelope.purgedAt)
      return null;
    const wanted: Wanted[] = [
      ...record.documents
        .filter(({ id }) => !hidden.includes(id))
        .map(({ id }) => ({
          ...{ kind: "document" as const, documentId: id, variant: "current" as const },
        })),
      // It tells of every document.
      ...(hidden.length === 0 ? [{ kind: "audit-trail" as const }] : []),
      ...record.certificates.map(({ id }) => ({
        ...{ kind: "certificate" as const, certificateId: id, form: "der" as const },
      })),
    ];
    const found: Found[] = [];
    for (const one of wanted) found.push(await findFile(ctx, record, one));
    const sizeBytes = found.reduce((sum, one) => sum + (one.sizeBytes ?? 0), 0);
    return {
      asksReason: organization.settings.asksReasonFor?.includes("download") ?? false,
      isSensitive:
        record.documents.some(({ holdsHealth }) => holdsHealth) ||
        (await hasSensitiveFields(ctx, envelopeId)),
      sizeBytes,
      open: () => Promise.all(distinct(found).map(read)),
    };
  });
}

type Found = Awaited<ReturnType<typeof findFile>>;

async function read({ fileName, contentType, sizeBytes, open }: Found): Promise<FileToMail> {
  const most = sizeBytes ?? 0;
  const tooMuch = () => evidenceError("not-found", `${fileName} is longer than it was`);
  const content = await gatherBytes(await open(), most, tooMuch);
  return { filename: fileName, contentType, content, sha256: toHex(sha256(content)) };
}

/** A pattern may give two files one name: in a mailbox the second would take the place of the first. */
function distinct(found: readonly Found[]): Found[] {
  const seen = new Map<string, number>();
  return found.map((one) => {
    const count = (seen.get(one.fileName) ?? 0) + 1;
    seen.set(one.fileName, count);
    return count === 1 ? one : { ...one, fileName: one.fileName.replace(/(\.\w+)?$/, ` ${count}$1`) };
  });
}
