import { appendEvent } from "#lib/audit/append-event.ts";
import { requireSystem } from "#lib/authorize.ts";
import { toUtf8 } from "#lib/bytes.ts";
import { inTransaction, type WorkerContext } from "#lib/context.ts";
import { isRefusal } from "#lib/errors.ts";
import type { SftpPlace } from "#lib/ports/sftp.ts";
import { placePurpose } from "./add-place.ts";
import { changePlace, loadPlace, type SftpPlaceRow } from "./store.ts";

/** A place with the key to get in. */
export async function openPlace(ctx: WorkerContext, row: SftpPlaceRow): Promise<SftpPlace> {
  const { host, port, userName: user, folder, hostKey } = row;
  const secret = await ctx.runtime.openSecret(placePurpose(row.id), row.sealedKey);
  return { host, port, user, folder, hostKey, clientKey: toUtf8(secret) };
}

/** Tries a server out; what it is refused with stands beside it on the page. */
export async function trySftpPlace(ctx: WorkerContext, input: { readonly placeId: string }): Promise<void> {
  requireSystem(ctx);
  const row = await inTransaction(ctx, (ctx) => loadPlace(ctx, input.placeId));
  const place = await openPlace(ctx, row);
  const name = `whereof-trial-${row.id.slice(-8)}.txt`;
  const refusal = await ctx.runtime.sftp.tryOut(place, name).then(
    () => null,
    (error: unknown) => {
      if (isRefusal(error)) return error.code;
      throw error;
    },
  );
  await inTransaction(ctx, async (ctx) => {
    await changePlace(ctx, row.id, { triedAt: ctx.now(), refusal });
    await appendEvent(ctx, { type: "sftp-place.tried", envelopeId: null, data: { place: row.id, refusal } });
  });
}
