import { requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { publicId } from "#lib/ids.ts";
import { isUsable, type OfferedKey, offeredKey } from "./offered-key.ts";
import { listProgramKeys, listPrograms, loadKeys } from "./store.ts";

export interface ProgramsView {
  /** Whether this installation answers programs at all. */
  readonly isOn: boolean;
  /** What programs are told. */
  readonly url: string;
  readonly programs: readonly ProgramItem[];
  /** Keys that can be opened to one. */
  readonly keys: readonly OfferedKey[];
}

export interface ProgramItem {
  readonly id: string;
  readonly clientId: string;
  readonly name: string;
  readonly keys: readonly string[];
  readonly maySign: boolean;
  readonly perMinute: number;
  readonly asksPin: boolean;
  /** A member lets it sign each time. */
  readonly asksMember: boolean;
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
    const names = new Map(keys.map((row) => [row.key.id, offeredKey(row).name]));
    return {
      ...{ isOn: cscServer, url: `${baseUrl}/csc/v2` },
      programs: rows.map(({ id, name, scopes, perMinute, pinHash, redirectUri, isLocked, expiresAt }) => ({
        ...{ id, clientId: publicId("program", id), name, perMinute, isLocked, expiresAt },
        keys: opened.flatMap((one) => (one.programId === id ? [names.get(one.keyId) ?? one.keyId] : [])),
        asksMember: redirectUri !== null,
        ...{ maySign: scopes.includes("sign"), asksPin: pinHash !== null, hasEnded: expiresAt <= now },
      })),
      keys: keys.filter((row) => isUsable(row, now)).map(offeredKey),
    };
  });
}
