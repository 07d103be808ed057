import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requirePermission } from "#lib/authorize.ts";
import { toUtf8 } from "#lib/bytes.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { stepUp } from "#lib/identity/step-up.ts";
import { type ExportReason, exportState, passphraseProblem } from "../core/key-export.ts";
import { signingError } from "../errors.ts";
import { namesIn } from "./describe-key.ts";
import { requirePrivateWay } from "./private-way.ts";
import { changeVaultEntry, loadExport, loadVault, loadVaultEntry } from "./store.ts";

const MOST = 200;

/** A passphrase's entry, without it. */
export interface VaultEntry {
  readonly exportId: string;
  readonly reason: ExportReason;
  readonly destination: string;
  readonly createdAt: Date;
  readonly readers: readonly string[];
  /** Who gets the file. */
  readonly fileFor: string;
  readonly state: "coming" | "ready" | "shown" | "gone";
  readonly shownAt: Date | null;
  readonly shownTo: string | null;
  readonly maySee: boolean;
}

/** The entries whose list names this member; nobody sees that others exist. */
export async function listPassphrases(ctx: Context): Promise<readonly VaultEntry[]> {
  const { memberId } = requirePermission(ctx, "passphrase.read");
  return inTransaction(ctx, async (ctx) => {
    const names = await namesIn(ctx);
    const now = ctx.now();
    const own = (await loadVault(ctx, MOST)).filter(({ entry }) => entry.readers.includes(memberId));
    return own.map(({ entry, export: row }) => {
      const { exportId, createdAt, shownAt, shownTo } = entry;
      const ending = ["refused", "expired", "destroyed"].includes(exportState(row, now));
      const state = shownAt
        ? "shown"
        : entry.destroyedAt || ending
          ? "gone"
          : entry.fileKey
            ? "ready"
            : "coming";
      return {
        ...{ exportId, createdAt, shownAt, state, reason: row.reason, destination: row.destination },
        readers: entry.readers.map((id) => names(id)),
        fileFor: names(entry.fileFor),
        shownTo: shownTo && names(shownTo),
        maySee: passphraseProblem(row, entry, memberId, now) === null,
      };
    });
  });
}

const Showing = z.object({ exportId: z.uuid(), password: z.string().max(1024) });

/**
 * Shows the passphrase to one of those on its list, once; it is nowhere afterwards. Whoever gets the file is not on the
 * list, so that nobody is shown both.
 *
 * @throws identity/current-password-wrong, password-not-set; signing/passphrase-not-yours, export-passphrase-shown,
 * export-expired, export-not-ready, export-not-encrypted
 */
export async function showPassphrase(ctx: Context, input: z.input<typeof Showing>): Promise<string> {
  const { memberId } = requirePermission(ctx, "passphrase.read");
  requirePrivateWay(ctx);
  const { exportId, password } = Showing.parse(input);
  await stepUp(ctx, password);
  const key = await inTransaction(ctx, async (ctx) => {
    const row = await loadExport(ctx, exportId);
    const entry = await loadVaultEntry(ctx, exportId, true);
    const problem = passphraseProblem(row, entry, memberId, ctx.now());
    if (problem) throw signingError(problem, `export ${exportId}`);
    await changeVaultEntry(ctx, exportId, { shownAt: ctx.now(), shownTo: memberId });
    const data = { export: exportId };
    await appendEvent(ctx, { type: "key-export.passphrase-shown", envelopeId: null, data });
    return entry.fileKey!;
  });
  const file = await ctx.runtime.files.open(key);
  try {
    return toUtf8(file.read(0, file.size));
  } finally {
    file.close();
    await ctx.runtime.files.delete(key);
  }
}
