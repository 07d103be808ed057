import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { personal } from "#lib/audit/core/commitment.ts";
import { requireOwn, requirePermission, requireSystem } from "#lib/authorize.ts";
import { type Context, inTransaction, type WorkerContext } from "#lib/context.ts";
import { requireReason } from "#lib/identity/access/require-reason.ts";
import { typedLine } from "#lib/identity/core/typed-text.ts";
import { type EnvelopeId, type PackageId, uuidV7 } from "#lib/ids.ts";
import { loadBrought } from "./capture/store.ts";
import { packageWords } from "./core/package/package-words.ts";
import { evidenceError } from "./errors.ts";
import { countUnbuilt, type EnvelopeRecord, loadPackages, loadRecord, savePackage } from "./store.ts";
import { currentWording } from "./wordings/edit-wording.ts";

/** Each takes minutes of a worker for a large envelope. */
const MOST_UNBUILT = 3;

const Input = z.object({
  envelopeId: z.uuid().transform((id) => id as EnvelopeId),
  variant: z.enum(["full", "redacted"]).default("full"),
  /** Stands before the numbers of a production; empty for none. */
  batesPrefix: z
    .string()
    .regex(/^[A-Z0-9_-]{0,12}$/)
    .default(""),
  reason: typedLine(200).default(""),
  matter: typedLine(120).default(""),
  preparedFor: typedLine(120).default(""),
});

interface Order extends Omit<z.output<typeof Input>, "envelopeId" | "reason"> {
  readonly reason: ReturnType<typeof personal> | undefined;
}

/**
 * Asks for an evidence package of everything known up to now. Why (asked for as before any download), for which matter and for whom stands in the
 * trail, and in the package itself.
 *
 * @throws evidence/not-complete, too-many-packages, not-found; identity/reason-required; authorize/not-allowed
 */
export async function requestPackage(ctx: Context, input: z.input<typeof Input>): Promise<PackageId> {
  const member = requirePermission(ctx, "evidence.download");
  const { envelopeId, ...order } = Input.parse(input);
  return inTransaction(ctx, async (ctx) => {
    const record = await loadRecord(ctx, envelopeId, true);
    requireOwn(member, record.envelope, "envelope.read-all");
    if ((await countUnbuilt(ctx, envelopeId)) >= MOST_UNBUILT)
      throw evidenceError("too-many-packages", `envelope ${envelopeId}`);
    const reason = given(order.reason) ?? (await requireReason(ctx, "download", envelopeId));
    return saveOrder(ctx, record, { ...order, reason });
  });
}

/**
 * A rule of the workspace has a package built, as soon as the ones before it are. Part of a verb.
 *
 * @throws evidence/not-complete, too-many-packages, not-found
 */
export async function requestPackageByRule(
  ctx: Context,
  input: { readonly envelopeId: EnvelopeId; readonly name: string },
): Promise<void> {
  requireSystem(ctx);
  const { envelopeId, name } = input;
  const record = await loadRecord(ctx, envelopeId, true);
  if (record.envelope.purgedAt) throw evidenceError("not-found", `envelope ${envelopeId} is destroyed`);
  if ((await countUnbuilt(ctx, envelopeId)) >= MOST_UNBUILT)
    throw evidenceError("too-many-packages", `envelope ${envelopeId}`);
  const reason = given(packageWords()("ruleReason", { name }));
  await saveOrder(ctx, record, {
    ...{ variant: "full", batesPrefix: "", matter: "", preparedFor: "", reason },
  });
}

/** The first package of an envelope is made without anybody asking, as soon as it is complete. */
export async function requestFirstPackage(
  ctx: WorkerContext,
  input: { readonly envelopeId: EnvelopeId },
): Promise<void> {
  requireSystem(ctx);
  const { envelopeId } = input;
  await inTransaction(ctx, async (ctx) => {
    const record = await loadRecord(ctx, envelopeId, true);
    if ((await loadPackages(ctx, envelopeId)).length > 0) return;
    await saveOrder(ctx, record, {
      ...{ variant: "full", batesPrefix: "", reason: undefined, matter: "", preparedFor: "" },
    });
  });
}

/**
 * A certificate was attached to a signature after it was made: a package that holds it is made as well. Those made before
 * stay as they are.
 */
export async function requestPackageOfAttached(
  ctx: WorkerContext,
  input: { readonly envelopeId: EnvelopeId },
): Promise<void> {
  requireSystem(ctx);
  const { envelopeId } = input;
  await inTransaction(ctx, async (ctx) => {
    const record = await loadRecord(ctx, envelopeId, true);
    // Before completion the first package will hold it.
    if (record.envelope.state !== "completed" || record.envelope.purgedAt !== null) return;
    const packages = await loadPackages(ctx, envelopeId);
    const newest = packages.find(({ variant }) => variant === "full");
    const attached = await loadBrought(ctx, envelopeId);
    if (!newest || attached.every(({ at }) => at < newest.createdAt)) return;
    await saveOrder(ctx, record, {
      ...{ variant: "full", batesPrefix: "", matter: "", preparedFor: "" },
      reason: given(packageWords()("attachedReason")),
    });
  });
}

const given = (text: string) => (text === "" ? undefined : personal(text));

async function saveOrder(ctx: Context, { envelope }: EnvelopeRecord, order: Order): Promise<PackageId> {
  if (envelope.state !== "completed") throw evidenceError("not-complete", `envelope is ${envelope.state}`);
  const { variant, batesPrefix, reason, matter, preparedFor } = order;
  const id = uuidV7(ctx.now().getTime(), ctx.runtime.random(10)) as PackageId;
  const { id: wordingId, wording } = await currentWording(ctx);
  const event = await appendEvent(ctx, {
    type: "package.requested",
    envelopeId: envelope.id,
    data: {
      ...{ package: id, variant, batesPrefix },
      ...{ reason, matter: given(matter), preparedFor: given(preparedFor) },
      custodyWording: { version: wording.version, sha256: wording.sha256 },
    },
  });
  await savePackage(ctx, {
    ...{ organizationId: ctx.organizationId, id, envelopeId: envelope.id, variant, batesPrefix },
    ...{ lastSequence: event.sequence, state: "waiting", createdAt: event.occurredAt },
    wordingId,
  });
  return id;
}
