import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requirePermission } from "#lib/authorize.ts";
import { toHex } from "#lib/bytes.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { stepUp } from "#lib/identity/step-up.ts";
import { CUSTODY_SIDES, type CustodyEntry, type CustodySide } from "../core/custody.ts";
import { signingError } from "../errors.ts";
import { namesIn } from "./describe-key.ts";
import { readCustody } from "./record-custody.ts";
import { loadCustody, loadExport, loadLineSignatures, saveLineSignature } from "./store.ts";

const Input = z.object({
  exportId: z.uuid(),
  sequence: z.number().int().min(0).max(10_000),
  side: z.enum(CUSTODY_SIDES),
  password: z.string().max(1024),
});

/** Whose word a line wants on one side. */
export const partyOf = (entry: CustodyEntry, side: CustodySide): string =>
  side === "released" ? entry.releasedBy : entry.receivedBy;

/**
 * Signs a line of a chain of custody as one of its two parties: a confirmation in the product after their password,
 * bound to the hash of the line. Whoever is no member signs on the printed form; the product's own side stands in the
 * chain itself.
 *
 * @throws identity/current-password-wrong, password-not-set; signing/not-found, export-line-not-yours, export-line-signed
 */
export async function signCustodyLine(ctx: Context, input: z.input<typeof Input>): Promise<void> {
  const { memberId, name } = requirePermission(ctx, "key-export.read");
  const { exportId, sequence, side, password } = Input.parse(input);
  await stepUp(ctx, password);
  await inTransaction(ctx, async (ctx) => {
    await loadExport(ctx, exportId, true);
    const rows = await loadCustody(ctx, exportId);
    const entry = readCustody(rows).entries[sequence];
    if (!entry) throw signingError("not-found", `line ${sequence} of export ${exportId}`);
    const names = await namesIn(ctx);
    if (partyOf(entry, side) !== names(memberId))
      throw signingError("export-line-not-yours", `line ${sequence} of export ${exportId}`);
    const known = await loadLineSignatures(ctx, exportId);
    if (known.some((one) => one.sequence === sequence && one.side === side))
      throw signingError("export-line-signed", `line ${sequence} of export ${exportId}`);
    const lineHash = rows[sequence]!.hash;
    const at = ctx.now();
    await saveLineSignature(ctx, { exportId, sequence, side, lineHash, memberId, memberName: name, at });
    const data = { export: exportId, line: sequence + 1, side, lineHash: toHex(lineHash) };
    await appendEvent(ctx, { type: "key-export.line-signed", envelopeId: null, data });
  });
}
