import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { hasPermission, requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { typedLine } from "#lib/identity/core/typed-text.ts";
import { type CustodyEntry, movesItem, STATED_ACTIONS } from "../core/custody.ts";
import { handOverProblem } from "../core/key-export.ts";
import { signingError } from "../errors.ts";
import { describeKey, namesIn } from "./describe-key.ts";
import { readCustody, recordCustody } from "./record-custody.ts";
import { loadCustody, loadExport, loadOrganizationName, loadSealKey } from "./store.ts";

const Input = z.object({
  exportId: z.uuid(),
  /** What happened to it. */
  action: z.enum(STATED_ACTIONS).default("hand-over"),
  /** Who gave it out of their hands, and who took it. */
  releasedBy: typedLine(200),
  receivedBy: typedLine(200),
  /** The day it happened, UTC. */
  happenedOn: z.iso.date(),
  /** Where it is kept now. */
  storedAt: typedLine(200),
  channel: typedLine(200),
  purpose: typedLine(500),
  /** Of the file as it was handed over, where somebody computed it; empty otherwise. */
  sha256: z.string().max(200).default(""),
});

/**
 * Goes on with the chain of custody after the receipt: outside the product the key went from one hand to the next, was
 * collected, opened, copied or returned, and its recipient, or who may ask for keys, says so. The line is added; none
 * before it changes. Another hash is a line too, who looks after keys is told, and the key counts as kept where it was.
 *
 * @throws signing/export-not-received, hand-over-day, export-text-missing, export-hash-differs, not-found
 */
export async function recordHandOver(ctx: Context, input: z.input<typeof Input>): Promise<void> {
  const member = requirePermission(ctx, "key-export.read");
  const { exportId, action, happenedOn, sha256, ...said } = Input.parse(input);
  if (Object.values(said).includes("")) throw signingError("export-text-missing", "an empty line");
  const given = sha256.toLowerCase().replace(/[\s:]/g, "");
  const isSame = await inTransaction(ctx, async (ctx) => {
    const row = await loadExport(ctx, exportId, true);
    const mayRecord = row.recipientId === member.memberId || hasPermission(member, "key-export.request");
    if (!mayRecord) throw signingError("export-not-recipient", `member ${member.memberId}`);
    const happenedAt = new Date(`${happenedOn}T00:00:00Z`);
    const problem = handOverProblem(row, happenedAt, ctx.now());
    if (problem) throw signingError(problem, `export ${exportId} on ${happenedOn}`);
    const isWhole = given === "" ? null : given === row.sha256;
    const { entries } = readCustody(await loadCustody(ctx, exportId));
    const isMove = ({ action, isWhole }: CustodyEntry) =>
      (action === "receive" || STATED_ACTIONS.some((one) => one === action)) &&
      movesItem(action) &&
      isWhole !== false;
    const last = entries.findLast(isMove)!;
    const { name } = await loadOrganizationName(ctx);
    const names = await namesIn(ctx);
    await recordCustody(ctx, row, describeKey(await loadSealKey(ctx, row.signingKeyId), name), {
      ...{ action, happenedOn },
      ...{ releasedBy: said.releasedBy, receivedBy: said.receivedBy, purpose: said.purpose },
      ...{ from: last.to, to: said.storedAt, channel: said.channel },
      authority: `stated by ${names(member.memberId)}; under ${row.contract}`,
      ...(isWhole === false ? { isWhole, foundSha256: given } : { isWhole }),
    });
    const data = { export: exportId, action, happenedOn, ...said, isWhole };
    await appendEvent(ctx, { type: "key-export.handed-over", envelopeId: null, data });
    if (isWhole !== false) return true;
    const found = { export: exportId, sha256: given, destination: said.storedAt };
    await appendEvent(ctx, { type: "key-export.mismatched", envelopeId: null, data: found });
    return false;
  });
  if (!isSame) throw signingError("export-hash-differs", "another file was handed over");
}
