import { appendEvent } from "#lib/audit/append-event.ts";
import { requirePermission } from "#lib/authorize.ts";
import { fromUtf8 } from "#lib/bytes.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { getJob, type JobRowView, type JobView, listJobRowsOf } from "#lib/envelopes/bulk/get-job.ts";
import { derivedId } from "#lib/envelopes/core/bulk/derived-id.ts";
import { csvLine } from "#lib/envelopes/core/csv.ts";
import { isRefusal } from "#lib/errors.ts";
import { publicId, type RecipientId } from "#lib/ids.ts";
import { signingError } from "../errors.ts";
import { HOSTED_LINK_DAYS, makeHostedLink } from "./make-hosted-link.ts";

/** Few at a time: a download that is broken off has made no links that nobody got. */
const BATCH = 20;
/** Spreadsheets read UTF-8 only where it says so. */
const BYTE_ORDER_MARK = "\ufeff";

export interface LinksDownload {
  readonly fileName: string;
  readonly contentType: string;
  readonly sizeBytes: null;
  readonly bytes: ReadableStream<Uint8Array>;
}

/**
 * The table of a bulk job with a link for each person whom its sender said they would give one: made now, as
 * `makeHostedLink` makes them, so that those of an earlier download end. Who has acted, or cannot any more, has none.
 *
 * @param days how long each opens.
 * @throws envelopes/bulk-not-found, bulk-withheld; signing/hosted-link-none; authorize/not-allowed
 */
export async function giveJobLinks(
  ctx: Context,
  input: { readonly jobId: string; readonly days?: number },
  words: {
    readonly envelope: string;
    readonly until: string;
    linkOf(person: string, number: number): string;
  },
): Promise<LinksDownload> {
  requirePermission(ctx, "envelope.manage");
  const job = await getJob(ctx, input);
  const days = Math.min(
    HOSTED_LINK_DAYS.most,
    Math.max(1, Math.trunc(input.days ?? HOSTED_LINK_DAYS.default)),
  );
  if (job.givenLinks.length === 0) throw signingError("hosted-link-none", `bulk job ${job.id}`);
  await inTransaction(ctx, (ctx) =>
    appendEvent(ctx, { type: "bulk-job.links-made", envelopeId: null, data: { job: job.id, days } }),
  );
  const columns = job.givenLinks.map(({ name, position }) => words.linkOf(name, position + 1));
  let after = 0;
  const bytes = new ReadableStream<Uint8Array>({
    start(controller) {
      const header = [...job.header, words.envelope, ...columns, words.until];
      controller.enqueue(fromUtf8(BYTE_ORDER_MARK + csvLine(header)));
    },
    async pull(controller) {
      const query = { jobId: job.id, after, limit: BATCH, states: ["sent"] as const };
      const rows = await listJobRowsOf(ctx, query);
      if (rows.length === 0) return controller.close();
      after = rows.at(-1)!.number;
      const lines: string[] = [];
      for (const row of rows) lines.push(await lineOf(ctx, job, row, days));
      controller.enqueue(fromUtf8(lines.join("")));
    },
  });
  const fileName = `${job.fileName.replace(/\.[^.]*$/, "")} - links.csv`;
  return { fileName, contentType: "text/csv; charset=utf-8", sizeBytes: null, bytes };
}

async function lineOf(ctx: Context, job: JobView, row: JobRowView, days: number): Promise<string> {
  const known = job.header.map((_, index) => row.cells[index] ?? "");
  const links: string[] = [];
  let until = "";
  for (const { id } of job.givenLinks) {
    const whose = { envelopeId: row.id, recipientId: derivedId(row.id, id) as RecipientId };
    const made = await makeHostedLink(ctx, { ...whose, days }).catch((error: unknown) => {
      // Finished, declined, void, purged, somebody else in their place, or another's envelope by now: none of this table's.
      if (isRefusal(error) && /^(signing|authorize)\//.test(error.code)) return null;
      throw error;
    });
    links.push(made?.url ?? "");
    until = made?.expiresAt.toISOString() ?? until;
  }
  return csvLine([...known, publicId("envelope", row.id), ...links, until]);
}
