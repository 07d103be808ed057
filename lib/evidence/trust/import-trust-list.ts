import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { typedLine } from "#lib/identity/core/typed-text.ts";
import { uuidV7 } from "#lib/ids.ts";
import { LIST_LIMITS, type TrustList } from "../core/trust/trust-list.ts";
import { evidenceError } from "../errors.ts";
import { changeList, loadLists, saveList, type TrustListRow } from "./store.ts";

const Input = z.object({ name: typedLine(80).optional() });
const TIMEOUT_MS = 60_000;
const MAX_LISTS = 60;

/**
 * Takes in a list of services that others vouch for. A newer issue takes the place of the one before it. What the
 * list's signature came to is recorded; a broken one is refused.
 *
 * @param input `bytes`: XML of TS 119 612 or of Acrobat, or PEM, untrusted; `name` for a list that has none itself.
 * @throws evidence/list-unreadable, list-signature-broken, list-older, too-many-lists; files/too-large
 */
export async function importTrustList(
  ctx: Context,
  input: z.input<typeof Input> & { readonly bytes: Uint8Array },
): Promise<{ readonly id: string; readonly services: number }> {
  const member = requirePermission(ctx, "trust-list.manage");
  const { name } = Input.parse(input);
  if (input.bytes.length > LIST_LIMITS.sizeBytes)
    throw evidenceError("list-unreadable", `${input.bytes.length} bytes`);
  const read = await ctx.runtime.sandbox.run(
    "readTrustList",
    { bytes: input.bytes },
    { timeoutMs: TIMEOUT_MS },
  );
  const list = named(read, name);
  return inTransaction(ctx, async (ctx) => {
    const present = await loadLists(ctx);
    const before = present.find((one) => one.kind === list.kind && one.name === list.name);
    if (!before && present.length >= MAX_LISTS)
      throw evidenceError("too-many-lists", `${present.length} lists`);
    if (before) await replace(ctx, before, list);
    const at = ctx.now();
    const id = uuidV7(at.getTime(), ctx.runtime.random(10));
    const { services, ...facts } = list;
    const signerNamedBy = namedBy(list, present);
    await saveList(
      ctx,
      {
        ...{ organizationId: ctx.organizationId, id, ...facts, signerNamedBy },
        ...{ isOffered: before?.isOffered ?? false, createdBy: member.memberId, createdAt: at },
      },
      services.map((service, position) => ({
        ...{ organizationId: ctx.organizationId, id: uuidV7(at.getTime(), ctx.runtime.random(10)) },
        ...{ listId: id, position, ...service },
      })),
    );
    const { kind, sha256, sequence, signature } = list;
    const data = { list: id, kind, name: list.name, file: sha256, sequence, signature: signature.state };
    await appendEvent(ctx, { type: "trust-list.imported", envelopeId: null, data });
    return { id, services: services.length };
  });
}

const named = (list: TrustList, name: string | undefined): TrustList =>
  list.territory === null && name ? { ...list, name } : list;

/** An earlier issue would bring back services that were withdrawn. */
async function replace(ctx: Context, before: TrustListRow, list: TrustList): Promise<void> {
  const isOlder =
    before.sequence !== null && list.sequence !== null
      ? list.sequence < before.sequence
      : before.issuedAt !== null && list.issuedAt !== null && list.issuedAt < before.issuedAt;
  if (isOlder) throw evidenceError("list-older", `${list.sequence} after ${before.sequence}`);
  await changeList(ctx, before.id, { removedAt: ctx.now() });
}

/** The list of lists here that names the certificate this one is signed with. */
function namedBy({ signature, territory }: TrustList, present: readonly TrustListRow[]): string | null {
  if (signature.state !== "holds") return null;
  const by = present.find(({ pointers }) =>
    pointers.some(
      (one) => one.territory === territory && one.signerSha256s.includes(signature.certificateSha256),
    ),
  );
  return by?.name ?? null;
}
