import { appendEvent } from "#lib/audit/append-event.ts";
import { requireSystem } from "#lib/authorize.ts";
import { toHex } from "#lib/bytes.ts";
import { inTransaction, type WorkerContext } from "#lib/context.ts";
import { AppError } from "#lib/errors.ts";
import type { DocumentId, EnvelopeId } from "#lib/ids.ts";
import { type PresentedPage, picturesOf, picturesSha256 } from "./core/presented-pages.ts";
import { signingError } from "./errors.ts";
import { loadActs, loadPictures } from "./pictures-store.ts";

const ACTS = [
  ...(["recipient.signed", "recipient.approved", "recipient.acknowledged", "recipient.passed-on"] as const),
];
const AT_ONCE = 8;

type Picture = Awaited<ReturnType<typeof loadPictures>>[number];

/** A picture that is not what the chain says was on screen. */
interface Difference extends PresentedPage {
  /** What is there; null where nothing is, or what is there cannot be read. */
  readonly found: string | null;
}

/**
 * Reads every picture that was on anybody's screen once more, and compares its bytes with what the chain says was
 * seen; and what each act says it was bound to with what its person had seen until then. Nothing is sealed otherwise.
 *
 * @throws signing/pictures-changed, with the first difference on record
 */
export async function checkPictures(
  ctx: WorkerContext,
  input: { readonly envelopeId: EnvelopeId; readonly documentIds: readonly DocumentId[] },
): Promise<void> {
  requireSystem(ctx);
  const { envelopeId, documentIds } = input;
  const { recorded, kept, told } = await inTransaction(ctx, async (ctx) => ({
    recorded: await loadActs(ctx, envelopeId, ["document.viewed", ...ACTS]),
    kept: await loadPictures(ctx, documentIds),
    told: await loadActs(ctx, envelopeId, ["page-pictures.differed"]),
  }));
  const views = recorded.filter(({ type }) => type === "document.viewed");
  const unbound = recorded.find(({ type, sequence, data }) => {
    const { sha256 } = (data.pictures ?? {}) as { sha256?: unknown };
    if (type === "document.viewed" || sha256 === undefined) return false;
    const before = views.filter((one) => one.sequence < sequence && one.data.recipient === data.recipient);
    return picturesSha256(picturesOf(before.map(({ data }) => data))) !== sha256;
  });
  const differences = await differencesIn(ctx, picturesOf(views.map(({ data }) => data)), kept);
  if (!unbound && differences.length === 0) return;

  if (told.length === 0)
    await inTransaction(ctx, (ctx) =>
      appendEvent(ctx, {
        type: "page-pictures.differed",
        envelopeId,
        data: {
          count: differences.length,
          first: differences.slice(0, 20).map((one) => ({ ...one })),
          entry: unbound?.sequence,
        },
      }),
    );
  throw signingError("pictures-changed", `${differences.length} pictures differ, act ${unbound?.sequence}`);
}

async function differencesIn(
  ctx: WorkerContext,
  seen: readonly PresentedPage[],
  kept: readonly Picture[],
): Promise<Difference[]> {
  const byName = Map.groupBy(kept, ({ documentId, revision, page }) =>
    nameOf(documentId, revision, page + 1),
  );
  const found: Difference[] = [];
  for (let at = 0; at < seen.length; at += AT_ONCE) {
    const some = seen.slice(at, at + AT_ONCE).map(async (one) => {
      const rows = byName.get(nameOf(one.document, one.revision, one.page)) ?? [];
      const row = rows.find(({ sha256 }) => sha256 === one.sha256);
      if (!row) return { ...one, found: rows[0]?.sha256 ?? null };
      const read = await readAgain(ctx, row.fileKey);
      return read === one.sha256 ? null : { ...one, found: read };
    });
    found.push(...(await Promise.all(some)).filter((one) => one !== null));
  }
  return found;
}

const nameOf = (document: string, revision: number, page: number) => `${document}:${revision}:${page}`;

/** @returns the hash of the bytes as they are read now; null where they are gone or damaged. @throws files/unavailable */
async function readAgain(ctx: WorkerContext, fileKey: string): Promise<string | null> {
  try {
    const bytes = await new Response(await ctx.runtime.files.stream(fileKey)).arrayBuffer();
    return toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
  } catch (error) {
    if (error instanceof AppError && ["files/not-found", "files/damaged"].includes(error.code)) return null;
    throw error;
  }
}
