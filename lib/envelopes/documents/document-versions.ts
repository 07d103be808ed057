import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requireOwn, requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { type DocumentId, type EnvelopeId, uuidV7 } from "#lib/ids.ts";
import { envelopesError } from "../errors.ts";
import {
  type DocumentRow,
  loadAllDocuments,
  loadEnvelope,
  loadMemberNames,
  loadRevisions,
  loadSources,
} from "../store.ts";
import { copyDocument } from "./copy-documents.ts";
import { requireDraft, takesPlaceOf } from "./new-version.ts";
import { addedEvent } from "./take-upload.ts";

const Place = z.object({
  envelopeId: z.uuid().transform((id) => id as EnvelopeId),
  documentId: z.uuid().transform((id) => id as DocumentId),
});

export interface DocumentVersion {
  readonly id: DocumentId;
  /** From 1, the oldest first made. */
  readonly number: number;
  readonly how: "came-in" | "edited" | "restored";
  readonly by: string | null;
  readonly at: Date;
  readonly marks: number;
  readonly additions: number;
  /** Of a restored one: the number of the version it is again. */
  readonly of: number | null;
  readonly sha256: string;
  readonly isCurrent: boolean;
}

/** The versions of a draft's document, the newest first. @throws envelopes/not-a-draft, document-not-found */
export async function listVersions(
  ctx: Context,
  input: z.input<typeof Place>,
): Promise<readonly DocumentVersion[]> {
  const member = requirePermission(ctx, "envelope.manage");
  const { envelopeId, documentId } = Place.parse(input);
  return inTransaction(ctx, async (ctx) => {
    const envelope = await loadEnvelope(ctx, envelopeId);
    requireOwn(member, envelope, "envelope.manage-all");
    if (envelope.state !== "draft") throw envelopesError("not-a-draft", `envelope is ${envelope.state}`);
    const versions = versionsOf(await loadAllDocuments(ctx, envelopeId), documentId);
    const names = await loadMemberNames(ctx);
    const revisions = await loadRevisions(
      ctx,
      versions.map(({ id }) => id),
    );
    const numberOf = (id: DocumentId | undefined) => {
      const at = versions.findIndex((one) => one.id === id);
      return at < 0 ? null : at + 1;
    };
    return versions
      .map(({ id, origin, createdAt }, index) => ({
        ...{ id, number: index + 1, how: origin?.how ?? ("came-in" as const), at: createdAt },
        by: names.get(origin?.by ?? "") ?? null,
        ...{ marks: origin?.marks ?? 0, additions: origin?.additions ?? 0, of: numberOf(origin?.of) },
        sha256: revisions.find((one) => one.documentId === id && one.number === 0)?.sha256 ?? "",
        isCurrent: id === documentId,
      }))
      .reverse();
  });
}

/** The versions that led to a document, the oldest first. @throws envelopes/document-not-found */
function versionsOf(all: readonly DocumentRow[], documentId: DocumentId): DocumentRow[] {
  const byId = new Map(all.map((one) => [one.id as string, one]));
  const current = byId.get(documentId);
  if (!current || current.removedAt !== null)
    throw envelopesError("document-not-found", `document ${documentId}`);
  const found: DocumentRow[] = [];
  for (
    let one: DocumentRow | undefined = current;
    one && !found.includes(one);
    one = byId.get(one.origin?.from ?? "")
  )
    found.push(one);
  return found.reverse();
}

const Restore = Place.extend({
  version: z.number().int().min(0),
  /** Which of its versions it shall be again. */
  versionId: z.uuid().transform((id) => id as DocumentId),
});

export interface RestoredDocument {
  readonly version: number;
  readonly made: DocumentId;
}

/**
 * Makes a draft's document what it was before, as one more version; what was taken out since is in it again.
 *
 * @throws envelopes/draft-changed, not-a-draft, document-not-found, version-not-found
 */
export async function restoreVersion(
  ctx: Context,
  input: z.input<typeof Restore>,
): Promise<RestoredDocument> {
  const member = requirePermission(ctx, "envelope.manage");
  const { envelopeId, documentId, version, versionId } = Restore.parse(input);
  const loaded = await inTransaction(ctx, async (ctx) => {
    const envelope = await loadEnvelope(ctx, envelopeId);
    requireOwn(member, envelope, "envelope.manage-all");
    requireDraft(envelope, version);
    const versions = versionsOf(await loadAllDocuments(ctx, envelopeId), documentId);
    const wanted = versions.find(({ id }) => id === versionId && id !== documentId);
    if (!wanted) throw envelopesError("version-not-found", `version ${versionId}`);
    const [revision] = (await loadRevisions(ctx, [versionId])).filter(({ number }) => number === 0);
    const number = versions.indexOf(wanted) + 1;
    return {
      before: versions.at(-1)!,
      wanted,
      number,
      revision: revision!,
      sources: await loadSources(ctx, [versionId]),
    };
  });
  const { before, wanted, revision, sources, number } = loaded;
  const id = uuidV7(ctx.now().getTime(), ctx.runtime.random(10)) as DocumentId;
  const to = { envelopeId, id, position: before.position };
  const copied = await copyDocument(ctx, { document: wanted, revision, sources }, to);
  const isRedacted = wanted.origin?.isRedacted ?? false;
  const made = {
    ...copied,
    row: {
      ...copied.row,
      // What somebody said of it since stays said.
      holdsHealth: before.holdsHealth,
      origin: {
        ...{ how: "restored" as const, from: documentId, by: member.memberId, marks: 0, additions: 0 },
        ...{ of: versionId, isRedacted },
      },
    },
  };
  try {
    const next = await takesPlaceOf(ctx, { envelopeId, version, before, made }, async (ctx) => {
      const data = addedEvent({ document: made.row, revision: made.revision });
      await appendEvent(ctx, { type: "document.added", envelopeId, data });
      await appendEvent(ctx, {
        type: "document.restored",
        envelopeId,
        data: { document: id, from: documentId, version: number, sha256: made.revision.sha256 },
      });
    });
    return { version: next, made: id };
  } catch (error) {
    await copied.discard();
    throw error;
  }
}
