import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requirePermission } from "#lib/authorize.ts";
import { fromUtf8 } from "#lib/bytes.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { typedLine } from "#lib/identity/core/typed-text.ts";
import { uuidV7 } from "#lib/ids.ts";
import { LOCK_MODES } from "#lib/ports/archive.ts";
import { retentionError } from "../errors.ts";
import { changePlace, findPlace, savePlace } from "./archive-store.ts";

const Input = z.object({
  endpoint: typedLine(300),
  region: typedLine(64),
  bucket: typedLine(63),
  keyPrefix: typedLine(200),
  accessKeyId: typedLine(128),
  secretAccessKey: typedLine(256),
  lockMode: z.enum(LOCK_MODES).nullable(),
});

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const REGION = /^[a-z0-9][a-z0-9-]{1,62}$/;
const PREFIX = /^([a-z0-9][a-z0-9._-]*\/)*$/;

/** What the secret of a place is sealed for. */
export const archivePurpose = (id: string): string => `archive-place:${id}`;

/**
 * Chooses the bucket completed envelopes are copied to; the worker tries it out before anything goes there. Copies in
 * the place before stay where they are.
 *
 * @returns the place's id. @throws retention/archive-text-missing, archive-place-unreadable
 */
export async function setArchivePlace(ctx: Context, input: z.input<typeof Input>): Promise<string> {
  const { memberId } = requirePermission(ctx, "archive.manage");
  const { lockMode, secretAccessKey, ...typed } = Input.parse(input);
  const { region, bucket, accessKeyId } = typed;
  if ([region, bucket, accessKeyId, secretAccessKey].includes(""))
    throw retentionError("archive-text-missing", "an empty line");
  const endpoint = typed.endpoint === "" ? null : originOf(typed.endpoint);
  const keyPrefix = typed.keyPrefix === "" ? "" : `${typed.keyPrefix.replace(/\/+$/, "")}/`;
  if (endpoint === undefined || !BUCKET.test(bucket) || !REGION.test(region) || !PREFIX.test(keyPrefix))
    throw retentionError("archive-place-unreadable", "endpoint, bucket, region or folder");
  const createdAt = ctx.now();
  const id = uuidV7(createdAt.getTime(), ctx.runtime.random(10));
  const sealedSecret = await ctx.runtime.sealSecret(archivePurpose(id), fromUtf8(secretAccessKey));
  const facts = { endpoint, region, bucket, keyPrefix, accessKeyId, lockMode };
  const { organizationId } = ctx;
  await inTransaction(ctx, async (ctx) => {
    const before = await findPlace(ctx);
    if (before) await changePlace(ctx, before.id, { removedAt: createdAt });
    await savePlace(ctx, { organizationId, id, ...facts, sealedSecret, createdBy: memberId, createdAt });
    const data = { place: id, ...facts, replaces: before?.id ?? null };
    await appendEvent(ctx, { type: "archive-place.set", envelopeId: null, data });
  });
  return id;
}

/** Scheme, host and port; undefined when it is no address, or one that says more. */
function originOf(text: string): string | undefined {
  const url = URL.parse(text.includes("://") ? text : `https://${text}`);
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password) return undefined;
  return url.pathname === "/" && !url.search && !url.hash ? url.origin : undefined;
}

/** Has the worker try the place out again. @throws retention/not-found */
export async function askArchiveTrial(ctx: Context): Promise<void> {
  requirePermission(ctx, "archive.manage");
  await inTransaction(ctx, async (ctx) => {
    const place = await findPlace(ctx);
    if (!place) throw retentionError("not-found", "no archive is chosen");
    await appendEvent(ctx, {
      type: "archive-place.trial-asked",
      envelopeId: null,
      data: { place: place.id },
    });
  });
}

/** Nothing is archived any more; what is there stays there. @throws retention/not-found */
export async function removeArchivePlace(ctx: Context): Promise<void> {
  requirePermission(ctx, "archive.manage");
  await inTransaction(ctx, async (ctx) => {
    const place = await findPlace(ctx);
    if (!place) throw retentionError("not-found", "no archive is chosen");
    await changePlace(ctx, place.id, { removedAt: ctx.now() });
    await appendEvent(ctx, { type: "archive-place.removed", envelopeId: null, data: { place: place.id } });
  });
}
