import { createPublicKey, generateKeyPairSync } from "node:crypto";
import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requirePermission } from "#lib/authorize.ts";
import { fromBase64Url, fromUtf8 } from "#lib/bytes.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { typedLine } from "#lib/identity/core/typed-text.ts";
import { uuidV7 } from "#lib/ids.ts";
import { parseFingerprint, sshKey } from "../core/ssh-key.ts";
import { signingError } from "../errors.ts";
import { changePlace, loadPlace, loadPlaces, savePlace } from "./store.ts";

const Input = z.object({
  name: typedLine(80),
  host: typedLine(253),
  port: z.coerce.number(),
  userName: typedLine(64),
  folder: typedLine(500),
  fingerprint: typedLine(500),
});

/** A host name or an address, and nothing that is a path, an option or another user. */
const HOST = /^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]*[a-z0-9])?$|^[0-9a-f:]*:[0-9a-f:.]*$/i;
const USER = /^[A-Za-z0-9_][A-Za-z0-9_.@$-]*$/;

/** What the private key to a place is sealed for. */
export const placePurpose = (id: string): string => `sftp-place:${id}`;

export interface SftpPlaceView {
  readonly id: string;
  readonly name: string;
  readonly address: string;
  readonly folder: string;
  readonly hostKey: string;
  readonly publicLine: string;
  readonly triedAt: Date | null;
  readonly refusal: string | null;
}

/** Servers that packed keys may be brought to. */
export async function listSftpPlaces(ctx: Context): Promise<SftpPlaceView[]> {
  requirePermission(ctx, "key-export.read");
  const rows = await inTransaction(ctx, loadPlaces);
  return rows.map(({ id, name, userName, host, port, folder, hostKey, publicLine, triedAt, refusal }) => ({
    ...{ id, name, folder, hostKey, publicLine, triedAt, refusal },
    address: `${userName}@${host}:${port}`,
  }));
}

/**
 * Adds a server with the fingerprint of its key. We make a key of our own to get in; its public line goes into the
 * server's authorized keys.
 *
 * @returns the place's id. @throws signing/export-text-missing, sftp-host-unreadable, sftp-fingerprint-unreadable
 */
export async function addSftpPlace(ctx: Context, input: z.input<typeof Input>): Promise<string> {
  const { memberId } = requirePermission(ctx, "key-export.request");
  const { name, host, port, userName, folder, fingerprint } = Input.parse(input);
  if (name === "") throw signingError("export-text-missing", "no name");
  const isPort = Number.isInteger(port) && port >= 1 && port <= 65_535;
  if (!HOST.test(host) || !isPort || !USER.test(userName))
    throw signingError("sftp-host-unreadable", "host, port or user");
  const hostKey = parseFingerprint(fingerprint);
  if (!hostKey) throw signingError("sftp-fingerprint-unreadable", "no SHA-256 fingerprint");
  const { random } = ctx.runtime;
  const id = uuidV7(ctx.now().getTime(), random(10));
  const { publicLine, privateText } = newClientKey(random(4), `whereof-${id.slice(-8)}`);
  const sealedKey = await ctx.runtime.sealSecret(placePurpose(id), fromUtf8(privateText));
  const { organizationId } = ctx;
  const createdAt = ctx.now();
  const facts = { name, host, port, userName, folder, hostKey, publicLine };
  await inTransaction(ctx, async (ctx) => {
    await savePlace(ctx, { organizationId, id, ...facts, sealedKey, createdBy: memberId, createdAt });
    await appendEvent(ctx, { type: "sftp-place.added", envelopeId: null, data: { place: id, ...facts } });
  });
  return id;
}

function newClientKey(check: Uint8Array, comment: string) {
  const { privateKey } = generateKeyPairSync("ed25519");
  const { d } = privateKey.export({ format: "jwk" });
  const { x } = createPublicKey(privateKey).export({ format: "jwk" });
  return sshKey(fromBase64Url(d!), fromBase64Url(x!), check, comment);
}

const Id = z.object({ placeId: z.uuid() });

/** Has the worker try a server out: log in, write, read back, remove. @throws signing/sftp-place-unknown */
export async function askSftpTrial(ctx: Context, input: z.input<typeof Id>): Promise<void> {
  requirePermission(ctx, "key-export.request");
  const { placeId } = Id.parse(input);
  await inTransaction(ctx, async (ctx) => {
    await loadPlace(ctx, placeId);
    await appendEvent(ctx, { type: "sftp-place.trial-asked", envelopeId: null, data: { place: placeId } });
  });
}

/** Takes a server off the list. What is under way there goes on. @throws signing/sftp-place-unknown */
export async function removeSftpPlace(ctx: Context, input: z.input<typeof Id>): Promise<void> {
  requirePermission(ctx, "key-export.request");
  const { placeId } = Id.parse(input);
  await inTransaction(ctx, async (ctx) => {
    const { removedAt } = await loadPlace(ctx, placeId);
    if (removedAt) throw signingError("sftp-place-unknown", `place ${placeId}`);
    await changePlace(ctx, placeId, { removedAt: ctx.now() });
    await appendEvent(ctx, { type: "sftp-place.removed", envelopeId: null, data: { place: placeId } });
  });
}
