import { z } from "zod";
import type { StampedKind } from "#db/schema/archive.ts";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requirePermission } from "#lib/authorize.ts";
import { fromUtf8, toBase64 } from "#lib/bytes.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { lineBreak } from "../core/stamp-line.ts";
import type { Download } from "../download.ts";
import { evidenceError } from "../errors.ts";
import { recordFiles } from "./record-files.ts";
import { countStamped, findRecord, loadLine, loadStamped, type SealedRecord } from "./store.ts";

const LISTED = 200;

export interface StampView {
  readonly kind: StampedKind;
  readonly subject: string;
  readonly about: string;
  readonly renewals: number;
  readonly renewedAt: Date | null;
  /** How long the newest time-stamp can be checked without another one over it. */
  readonly until: Date;
}

/** Records with time-stamps over them, those that were renewed first. @throws authorize/not-allowed */
export async function listStamps(ctx: Context): Promise<{
  readonly records: number;
  readonly renewals: number;
  readonly stamps: readonly StampView[];
}> {
  requirePermission(ctx, "retention.read");
  return inTransaction(ctx, async (ctx) => ({
    ...(await countStamped(ctx)),
    stamps: (await loadStamped(ctx, LISTED)).map(({ kind, subject, about, renewals, renewedAt, until }) => ({
      ...{ kind, subject, about, renewals, until: new Date(until) },
      renewedAt: renewedAt === null ? null : new Date(renewedAt),
    })),
  }));
}

const Input = z.object({
  kind: z.enum(["package", "report", "destruction", "key-record", "dispute", "checkpoint"]),
  subject: z.union([z.uuid(), z.string().regex(/^\d{1,18}$/)]),
});

/**
 * The whole line of a record's time-stamps as a file anybody can check without us, and records that it was taken.
 *
 * @throws evidence/not-found, record-differs; authorize/not-allowed
 */
export async function downloadStamps(ctx: Context, input: z.input<typeof Input>): Promise<Download> {
  requirePermission(ctx, "retention.read");
  const { kind, subject } = Input.parse(input);
  const { record, line } = await inTransaction(ctx, async (ctx) => ({
    record: kind === "checkpoint" ? checkpoint(subject) : await findRecord(ctx, kind, subject),
    line: await loadLine(ctx, kind, subject),
  }));
  if (!record || line.length === 0) throw evidenceError("not-found", `time-stamps of ${kind} ${subject}`);
  const { files } = await recordFiles(ctx, record);
  await inTransaction(ctx, (ctx) =>
    appendEvent(ctx, {
      type: "record-stamp.downloaded",
      envelopeId: null,
      data: { kind: kind.replaceAll("-", "_"), record: subject },
    }),
  );
  const brokenAt = lineBreak({ kind, subject, files }, line);
  const text = `${JSON.stringify(
    {
      ...{ format: "whereof-renewals/1", kind, subject, files, brokenAt, howto: HOWTO },
      stamps: line.map(({ number, madeAt, until, statement, token, status }) => ({
        ...{ number, madeAt: madeAt.toISOString(), until: until.toISOString(), statement },
        ...{ token: token ? toBase64(token) : null, status: status === null ? null : JSON.parse(status) },
        statusText: status,
      })),
    },
    null,
    2,
  )}\n`;
  const bytes = fromUtf8(text);
  return {
    bytes: new Blob([new Uint8Array(bytes)]).stream(),
    sizeBytes: bytes.length,
    fileName: `time-stamps ${kind} ${subject.slice(0, 8)}.json`,
    contentType: "application/json",
  };
}

const checkpoint = (subject: string): SealedRecord => ({
  ...{ kind: "checkpoint", subject, about: "", fileKey: null, sha256: null, madeAt: "" },
});

const HOWTO = [
  "Stamp 0 is the record’s own time-stamp. Each one after it has a statement; its token (base64, DER, RFC 3161) is over the SHA-256 of the statement in UTF-8.",
  "A statement names the SHA-256 of each file of the record, of the token before, of the statement before, and of statusText: certificates and revocation data with which the token before is checked as of the time of this one.",
  "To check one: write statement to statement.json without a line break at its end, and the token to token.der (base64 -d); then: openssl ts -verify -data statement.json -in token.der -token_in -CAfile root.pem",
].join("\n");
