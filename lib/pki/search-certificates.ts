import { z } from "zod";
import { requirePermission } from "#lib/authorize.ts";
import { fromBase64Url, fromUtf8, toBase64Url, toUtf8 } from "#lib/bytes.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import type { CertificateId, EnvelopeId } from "#lib/ids.ts";
import { CERTIFICATE_STATUSES, type IndexStatus, indexStatus } from "./core/certificates/index-status.ts";
import {
  CERTIFICATE_KINDS,
  type CertificateKind,
  type CertificateRow,
  listCertificateRows,
} from "./index-store.ts";

export { CERTIFICATE_KINDS, CERTIFICATE_STATUSES, type CertificateKind };

const PAGE_SIZE = 50;
const BATCH_SIZE = 1000;
const DAY_MS = 86_400_000;

/** A day of the calendar as forms and addresses write it; anything else is none. */
const Day = z.iso.date().nullable().default(null).catch(null);

const Query = z.object({
  /** Part of a name, an address, a serial number, a fingerprint, an envelope's title or id. */
  search: z.string().trim().max(200).default(""),
  kind: z.enum(CERTIFICATE_KINDS).nullable().default(null),
  status: z.enum(CERTIFICATE_STATUSES).nullable().default(null),
  /** Ends on that day or later, in UTC. */
  endsFrom: Day,
  /** Ends on that day or earlier, in UTC. */
  endsBy: Day,
});
const Input = Query.extend({
  /** From the page before this one. */
  cursor: z.string().max(200).nullable().default(null),
});

export type CertificateSearch = z.input<typeof Query>;

export interface CertificateListItem {
  readonly id: CertificateId;
  readonly kind: CertificateKind;
  readonly subject: string;
  readonly issuer: string;
  /** Lower-case hexadecimal, as is `sha256`. */
  readonly serial: string;
  readonly sha256: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** `unknown`: another's authority issued it, and has not said lately whether it is revoked. */
  readonly status: IndexStatus;
  readonly revokedAt: Date | null;
  /** What it was issued for or brought to; null for a seal and what the organization or the installation holds. */
  readonly envelope: { readonly id: EnvelopeId; readonly title: string } | null;
}

export interface CertificateList {
  readonly items: readonly CertificateListItem[];
  /** For the page of older ones; null on the last. */
  readonly olderCursor: string | null;
}

/**
 * One page of the organization's certificates, newest first: its signers' and seals', what signers brought, and what it
 * registered. The installation's authorities are found by words and by their kind.
 */
export async function searchCertificates(
  ctx: Context,
  input: z.input<typeof Input>,
): Promise<CertificateList> {
  requirePermission(ctx, "certificate.read");
  const { cursor, ...query } = Input.parse(input);
  const before = cursor === null ? null : parseCursor(cursor);
  const rows = await find(ctx, query, before, PAGE_SIZE + 1);
  const page = rows.slice(0, PAGE_SIZE);
  const last = page.at(-1);
  return {
    items: page.map((row) => itemOf(row, ctx.now())),
    olderCursor:
      last && rows.length > PAGE_SIZE
        ? toBase64Url(fromUtf8(`${last.createdAt.toISOString()} ${last.id}`))
        : null,
  };
}

/** All that a search finds, newest first, in batches: however many there are, few are held. */
export async function* eachCertificate(
  ctx: Context,
  input: CertificateSearch,
): AsyncGenerator<CertificateListItem[]> {
  requirePermission(ctx, "certificate.read");
  const query = Query.parse(input);
  let before: Cursor | null = null;
  for (;;) {
    const rows: CertificateRow[] = await find(ctx, query, before, BATCH_SIZE);
    if (rows.length > 0) yield rows.map((row) => itemOf(row, ctx.now()));
    const last = rows.at(-1);
    if (!last || rows.length < BATCH_SIZE) return;
    before = { at: last.createdAt, id: last.id };
  }
}

type Cursor = { readonly at: Date; readonly id: string };

function find(
  ctx: Context,
  { search, kind, status, endsFrom, endsBy }: z.output<typeof Query>,
  before: Cursor | null,
  limit: number,
): Promise<CertificateRow[]> {
  // Serials and fingerprints are written in groups and with colons; nothing else looks like that.
  const isHex = /^[\da-f]{2}([: ]?[\da-f]{2}){3,}$/i.test(search);
  const wanted = isHex ? search.replace(/[: ]/g, "") : search;
  return inTransaction(ctx, (ctx) =>
    listCertificateRows(ctx, {
      ...{ search: wanted, kind, status, before, limit },
      endsFrom: endsFrom === null ? null : new Date(endsFrom),
      endsUntil: endsBy === null ? null : new Date(Date.parse(endsBy) + DAY_MS),
    }),
  );
}

function itemOf(row: CertificateRow, now: Date): CertificateListItem {
  const { createdAt: _, envelopeId, envelopeTitle, isKnown: __, holdsUntil: ___, ...facts } = row;
  return {
    ...facts,
    status: indexStatus(row, now),
    envelope: envelopeId === null ? null : { id: envelopeId, title: envelopeTitle ?? "" },
  };
}

/** A cursor we did not make starts from the top. */
function parseCursor(cursor: string): Cursor | null {
  const [at, id] = toUtf8(fromBase64Url(cursor)).split(" ");
  const instant = new Date(at ?? "");
  return Number.isNaN(instant.getTime()) || !z.uuid().safeParse(id).success ? null : { at: instant, id: id! };
}
