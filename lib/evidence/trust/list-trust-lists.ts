import { z } from "zod";
import { requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { countServices, loadList, loadLists, searchServices, type TrustListRow } from "./store.ts";

/** A list as its organization sees it. */
export interface TrustListFacts
  extends Omit<TrustListRow, "organizationId" | "pointers" | "createdBy" | "removedAt"> {
  /** How many other lists it points to. */
  readonly pointers: number;
  /** Services that count today. */
  readonly signing: number;
  readonly timestamping: number;
  readonly isOverdue: boolean;
}

/** The lists of an organization, newest first. */
export async function listTrustLists(ctx: Context): Promise<TrustListFacts[]> {
  requirePermission(ctx, "trust-list.manage");
  return inTransaction(ctx, async (ctx) => {
    const counts = await countServices(ctx);
    return (await loadLists(ctx)).map((row) => factsOf(row, counts, ctx.now()));
  });
}

const Input = z.object({
  listId: z.uuid(),
  search: z.string().max(200).default(""),
  page: z.number().int().min(1).max(10_000).default(1),
});
export const SERVICES_ON_A_PAGE = 50;

/** One list and a page of its services. @throws evidence/list-not-found */
export async function getTrustList(ctx: Context, input: z.input<typeof Input>) {
  requirePermission(ctx, "trust-list.manage");
  const { listId, search, page } = Input.parse(input);
  return inTransaction(ctx, async (ctx) => {
    const row = await loadList(ctx, listId);
    const window = { offset: (page - 1) * SERVICES_ON_A_PAGE, limit: SERVICES_ON_A_PAGE };
    const { rows, count } = await searchServices(ctx, listId, { search: search.trim(), ...window });
    const services = rows.map(({ certificateDer: _, organizationId: __, ...service }) => service);
    return { list: factsOf(row, await countServices(ctx), ctx.now()), services, count };
  });
}

function factsOf(
  row: TrustListRow,
  counts: Awaited<ReturnType<typeof countServices>>,
  now: Date,
): TrustListFacts {
  const { organizationId: _, pointers, createdBy: __, removedAt: ___, ...facts } = row;
  const of = (use: string) =>
    counts.find(({ listId, use: one }) => listId === row.id && one === use)?.count ?? 0;
  return {
    ...{ ...facts, pointers: pointers.length },
    ...{ signing: of("signing"), timestamping: of("timestamping") },
    isOverdue: row.nextUpdateAt !== null && row.nextUpdateAt < now,
  };
}
