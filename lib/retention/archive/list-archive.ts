import { z } from "zod";
import { hasPermission, requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import type { LockMode } from "#lib/ports/archive.ts";
import { loadNames } from "../store.ts";
import { countArchives, findPlace, loadArchived, loadUnarchived } from "./archive-store.ts";

const DAY_MS = 86_400_000;
/** What is complete for longer and not archived is late. */
export const ARCHIVED_WITHIN_DAYS = 30;
const SHOWN = 50;

const Page = z.object({ page: z.int().min(1).max(10_000).default(1) });

export interface ArchivePlaceView {
  readonly id: string;
  /** `s3.example.com/bucket/folder` */
  readonly address: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly lockMode: LockMode | null;
  readonly setBy: string;
  readonly setAt: Date;
  readonly triedAt: Date | null;
  readonly refusal: string | null;
}

export interface ArchiveView {
  readonly place: ArchivePlaceView | null;
  readonly counts: {
    readonly archived: number;
    readonly locked: number;
    readonly broken: number;
    readonly waiting: number;
    readonly late: number;
  };
  /** Not archived, longest complete first. */
  readonly waiting: readonly {
    readonly envelopeId: EnvelopeId;
    readonly shortId: string;
    readonly title: string;
    readonly completedAt: Date;
    readonly isLate: boolean;
    readonly refusal: string | null;
    readonly triedAt: Date | null;
  }[];
  readonly archived: readonly {
    readonly envelopeId: EnvelopeId;
    readonly shortId: string;
    readonly title: string;
    readonly archivedAt: Date;
    readonly lockedUntil: Date | null;
    readonly isHeld: boolean;
    readonly checkedAt: Date | null;
    readonly finding: string | null;
    readonly refusal: string | null;
  }[];
  /** There is another page of one of the two lists. */
  readonly hasMore: boolean;
  readonly may: { readonly manage: boolean };
}

/** Where completed envelopes are copied to, what is there, and what is late. @param input `page` of both lists, from 1 */
export async function listArchive(ctx: Context, input: z.input<typeof Page> = {}): Promise<ArchiveView> {
  const member = requirePermission(ctx, "retention.read");
  const { page } = Page.parse(input);
  return inTransaction(ctx, async (ctx) => {
    const now = ctx.now();
    const lateBefore = new Date(now.getTime() - ARCHIVED_WITHIN_DAYS * DAY_MS);
    const place = await findPlace(ctx);
    const names = await loadNames(ctx);
    const start = (page - 1) * SHOWN;
    const waiting = await loadUnarchived(ctx, now, SHOWN, start);
    const archived = await loadArchived(ctx, SHOWN, start);
    const counts = await countArchives(ctx, lateBefore);
    return {
      place: place && {
        ...{ id: place.id, region: place.region, accessKeyId: place.accessKeyId, lockMode: place.lockMode },
        ...{ triedAt: place.triedAt, refusal: place.refusal, setAt: place.createdAt },
        setBy: names.get(place.createdBy) ?? "",
        address: [place.endpoint ?? "s3.amazonaws.com", place.bucket, place.keyPrefix]
          .map((part) => part.replace(/^https?:\/\/|\/$/g, ""))
          .filter((part) => part !== "")
          .join("/"),
      },
      counts,
      hasMore: Math.max(counts.waiting, counts.archived) > start + SHOWN,
      waiting: waiting.map(({ envelope, archive }) => ({
        ...{ envelopeId: envelope.id, shortId: envelope.shortId, title: envelope.title },
        ...{ completedAt: envelope.endedAt!, isLate: envelope.endedAt! < lateBefore },
        ...{ refusal: archive?.refusal ?? null, triedAt: archive?.triedAt ?? null },
      })),
      archived: archived.map(({ archive, shortId, title }) => ({
        ...{ envelopeId: archive.envelopeId, shortId, title, archivedAt: archive.archivedAt! },
        ...{ lockedUntil: archive.lockedUntil, isHeld: archive.isHeld, checkedAt: archive.checkedAt },
        ...{ finding: archive.finding, refusal: archive.refusal },
      })),
      may: { manage: hasPermission(member, "archive.manage") },
    };
  });
}
