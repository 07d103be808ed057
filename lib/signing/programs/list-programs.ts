import { requirePermission } from "#lib/authorize.ts";
import { fromBase64, toHex } from "#lib/bytes.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { publicId } from "#lib/ids.ts";
import { isUsable, type OfferedKey, offeredKey } from "./offered-key.ts";
import { listAsked, listProgramKeys, listPrograms, loadKeys } from "./store.ts";

export interface ProgramsView {
  /** Whether this installation answers programs at all. */
  readonly isOn: boolean;
  /** What programs are told. */
  readonly url: string;
  readonly programs: readonly ProgramItem[];
  /** What programs wait for a member's word for. */
  readonly asked: readonly AskedItem[];
  /** Keys that can be opened to one. */
  readonly keys: readonly OfferedKey[];
}

export interface AskedItem {
  readonly id: string;
  readonly program: string;
  readonly key: string;
  /** In hexadecimal. */
  readonly hashes: readonly string[];
  readonly askedAt: Date;
  readonly endsAt: Date;
}

export interface ProgramItem {
  readonly id: string;
  readonly clientId: string;
  readonly name: string;
  readonly keys: readonly string[];
  readonly maySign: boolean;
  readonly perMinute: number;
  readonly asksPin: boolean;
  /** A member lets it sign each time, in their browser. */
  readonly asksMember: boolean;
  /** A member lets it sign each time, on this page. */
  readonly asksApproval: boolean;
  readonly asksChallenge: boolean;
  readonly isLocked: boolean;
  readonly expiresAt: Date;
  readonly hasEnded: boolean;
}

/** Which programs may sign with which keys. */
export async function listKeyPrograms(ctx: Context): Promise<ProgramsView> {
  requirePermission(ctx, "key.manage");
  const { cscServer, baseUrl } = ctx.runtime.config;
  return inTransaction(ctx, async (ctx) => {
    const [rows, keys, now] = [await listPrograms(ctx), await loadKeys(ctx), ctx.now()];
    const opened = await listProgramKeys(
      ctx,
      rows.map(({ id }) => id),
    );
    const asked = await listAsked(ctx);
    const names = new Map(keys.map((row) => [row.key.id, offeredKey(row).name]));
    return {
      ...{ isOn: cscServer, url: `${baseUrl}/csc/v2` },
      asked: asked.map(({ id, programId, keyId, hashes, createdAt, expiresAt }) => ({
        ...{ id, program: rows.find((one) => one.id === programId)?.name ?? programId },
        ...{ key: names.get(keyId) ?? keyId, hashes: hashes.map((hash) => toHex(fromBase64(hash))) },
        ...{ askedAt: createdAt, endsAt: expiresAt },
      })),
      programs: rows.map(({ id, name, scopes, perMinute, pinHash, redirectUri, ...row }) => ({
        ...{ id, clientId: publicId("program", id), name, perMinute },
        ...{ isLocked: row.isLocked, expiresAt: row.expiresAt, asksApproval: row.asksApproval },
        asksChallenge: row.challengeKey !== null,
        keys: opened.flatMap((one) => (one.programId === id ? [names.get(one.keyId) ?? one.keyId] : [])),
        asksMember: redirectUri !== null,
        ...{ maySign: scopes.includes("sign"), asksPin: pinHash !== null, hasEnded: row.expiresAt <= now },
      })),
      keys: keys.filter((row) => isUsable(row, now)).map(offeredKey),
    };
  });
}
