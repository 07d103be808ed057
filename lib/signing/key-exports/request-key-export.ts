import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { PERMISSIONS, requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { typedLine } from "#lib/identity/core/typed-text.ts";
import { type MemberId, uuidV7 } from "#lib/ids.ts";
import { EXPORT_REASONS, exportState, isExportable } from "../core/key-export.ts";
import { signingError } from "../errors.ts";
import { loadPlace } from "../sftp-places/store.ts";
import {
  changeExport,
  findOpenExport,
  loadOrganizationName,
  loadPeople,
  loadSealKey,
  saveExport,
} from "./store.ts";

const Input = z.object({
  signingKeyId: z.uuid(),
  reason: z.enum(EXPORT_REASONS),
  destination: typedLine(200),
  contract: typedLine(200),
  recipientId: z.uuid().transform((id) => id as MemberId),
  /** Brought there over SFTP; null when the recipient downloads it. */
  sftpPlaceId: z.uuid().nullable().default(null),
});

/**
 * Asks for a private key of the organization to be handed out. Nothing happens until one person of each office has
 * approved.
 *
 * @throws signing/export-off, not-found, export-key-fixed, export-key-taken, export-recipient-unknown,
 * export-text-missing, sftp-place-unknown
 */
export async function requestKeyExport(ctx: Context, input: z.input<typeof Input>): Promise<string> {
  const member = requirePermission(ctx, "key-export.request");
  const { signingKeyId, reason, destination, contract, recipientId, sftpPlaceId } = Input.parse(input);
  if (destination === "" || contract === "") throw signingError("export-text-missing", "an empty line");
  return inTransaction(ctx, async (ctx) => {
    const { allowsKeyExport } = await loadOrganizationName(ctx);
    if (!allowsKeyExport) throw signingError("export-off", "not switched on");
    const { key } = await loadSealKey(ctx, signingKeyId);
    if (!isExportable(key.provider)) throw signingError("export-key-fixed", `the key is in ${key.provider}`);
    const other = await findOpenExport(ctx, key.id);
    if (other && (other.builtAt || exportState(other, ctx.now()) !== "expired"))
      throw signingError("export-key-taken", `key ${key.id}`);
    if (other) await changeExport(ctx, other.id, { refusedAt: ctx.now(), refusal: "not approved in a day" });
    const readers: readonly string[] = PERMISSIONS["key-export.read"];
    const recipient = (await loadPeople(ctx)).find(({ id }) => id === recipientId);
    if (!recipient || recipient.isRemoved || !readers.includes(recipient.role))
      throw signingError("export-recipient-unknown", `member ${recipientId}`);
    if (sftpPlaceId && (await loadPlace(ctx, sftpPlaceId)).removedAt)
      throw signingError("sftp-place-unknown", `place ${sftpPlaceId}`);
    const requestedAt = ctx.now();
    const id = uuidV7(requestedAt.getTime(), ctx.runtime.random(10));
    const { organizationId } = ctx;
    const asked = { signingKeyId, reason, destination, contract, recipientId, sftpPlaceId };
    await saveExport(ctx, { organizationId, id, ...asked, requestedBy: member.memberId, requestedAt });
    const data = {
      export: id,
      key: key.id,
      reason,
      destination,
      contract,
      recipient: recipientId,
      place: sftpPlaceId,
    };
    await appendEvent(ctx, { type: "key-export.requested", envelopeId: null, data });
    return id;
  });
}
