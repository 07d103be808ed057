import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { PERMISSIONS, requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { typedLine } from "#lib/identity/core/typed-text.ts";
import { type MemberId, uuidV7 } from "#lib/ids.ts";
import { EXPORT_FORMATS, EXPORT_REASONS, exportState, isExportable } from "../core/key-export.ts";
import { signingError } from "../errors.ts";
import { requireRunbook } from "../key-runbooks/runbooks.ts";
import { loadPlace } from "../sftp-places/store.ts";
import {
  changeExport,
  findOpenExport,
  loadOrganizationName,
  loadPeople,
  loadSealKey,
  saveExport,
  saveVaultEntry,
} from "./store.ts";

const Input = z.object({
  signingKeyId: z.uuid(),
  reason: z.enum(EXPORT_REASONS),
  /** Why the business needs it. */
  purpose: typedLine(500),
  format: z.enum(EXPORT_FORMATS),
  destination: typedLine(200),
  contract: typedLine(200),
  recipientId: z.uuid().transform((id) => id as MemberId),
  /** Who may see the passphrase, once: never who gets the file. */
  passphraseReaders: z.array(z.uuid().transform((id) => id as MemberId)).max(5),
  /** Brought there over SFTP; null when the recipient downloads it. */
  sftpPlaceId: z.uuid().nullable().default(null),
});

/**
 * Asks for a private key of the organization to be handed out. Nothing happens until one person of each office has
 * approved.
 *
 * @throws signing/export-off, not-found, export-key-fixed, export-key-taken, export-recipient-unknown,
 * export-text-missing, passphrase-readers-missing, passphrase-reader-unknown, passphrase-with-file, runbook-missing,
 * runbook-not-named, sftp-place-unknown
 */
export async function requestKeyExport(ctx: Context, input: z.input<typeof Input>): Promise<string> {
  const member = requirePermission(ctx, "key-export.request");
  const { signingKeyId, reason, purpose, format, destination, contract, ...people } = Input.parse(input);
  const { recipientId, sftpPlaceId } = people;
  if ([purpose, destination, contract].includes(""))
    throw signingError("export-text-missing", "an empty line");
  const readers = [...new Set(people.passphraseReaders)].toSorted();
  if (readers.length === 0)
    throw signingError("passphrase-readers-missing", "nobody would see the passphrase");
  if (readers.includes(recipientId))
    throw signingError("passphrase-with-file", `member ${recipientId} would get both`);
  return inTransaction(ctx, async (ctx) => {
    const { allowsKeyExport } = await loadOrganizationName(ctx);
    if (!allowsKeyExport) throw signingError("export-off", "not switched on");
    const { key } = await loadSealKey(ctx, signingKeyId);
    if (!isExportable(key.provider)) throw signingError("export-key-fixed", `the key is in ${key.provider}`);
    const other = await findOpenExport(ctx, key.id);
    if (other && (other.builtAt || exportState(other, ctx.now()) !== "expired"))
      throw signingError("export-key-taken", `key ${key.id}`);
    if (other) await changeExport(ctx, other.id, { refusedAt: ctx.now(), refusal: "not approved in a day" });
    const members = await loadPeople(ctx);
    const isOne = (memberId: MemberId, permission: "key-export.read" | "passphrase.read") => {
      const roles: readonly string[] = PERMISSIONS[permission];
      return members.some(({ id, role, isRemoved }) => id === memberId && !isRemoved && roles.includes(role));
    };
    if (!isOne(recipientId, "key-export.read"))
      throw signingError("export-recipient-unknown", `member ${recipientId}`);
    for (const reader of readers)
      if (!isOne(reader, "passphrase.read"))
        throw signingError("passphrase-reader-unknown", `member ${reader}`);
    const runbook = await requireRunbook(ctx, { people: [member.memberId, recipientId, ...readers] });
    if (sftpPlaceId && (await loadPlace(ctx, sftpPlaceId)).removedAt)
      throw signingError("sftp-place-unknown", `place ${sftpPlaceId}`);
    const requestedAt = ctx.now();
    const id = uuidV7(requestedAt.getTime(), ctx.runtime.random(10));
    const { organizationId } = ctx;
    const asked = { signingKeyId, reason, purpose, format, destination, contract, recipientId, sftpPlaceId };
    const followed = { runbookVersion: runbook.version, runbookSha256: runbook.sha256 };
    await saveExport(ctx, {
      organizationId,
      id,
      ...asked,
      ...followed,
      requestedBy: member.memberId,
      requestedAt,
    });
    const entry = { exportId: id, readers, fileFor: recipientId, createdAt: requestedAt };
    await saveVaultEntry(ctx, { organizationId, ...entry });
    const data = {
      export: id,
      key: key.id,
      reason,
      purpose,
      format,
      destination,
      contract,
      passphraseReaders: readers,
      runbook,
      recipient: recipientId,
      place: sftpPlaceId,
    };
    await appendEvent(ctx, { type: "key-export.requested", envelopeId: null, data });
    return id;
  });
}
