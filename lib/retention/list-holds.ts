import { hasPermission, requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import type { HoldCriterion, HoldScope } from "./core/hold.ts";
import { isOverdue } from "./core/hold-notice.ts";
import { type CustodianRow, loadCustodians } from "./custodians/store.ts";
import { loadHolds, loadTemplateNames } from "./hold-store.ts";
import { loadNames } from "./store.ts";

export interface HoldView {
  readonly id: string;
  readonly matter: string;
  readonly reason: string;
  readonly scope: HoldScope;
  /** As it was typed; of a template, its name. */
  readonly query: string;
  /** What must be so besides. */
  readonly also: readonly HoldCriterion[];
  /** Days, ISO 8601. */
  readonly fromOn: string | null;
  readonly toOn: string | null;
  readonly covers: number;
  readonly placedBy: string;
  readonly placedAt: Date;
  /** The first of the two people who release it has said so. */
  readonly asked: {
    readonly by: string;
    readonly at: Date;
    readonly reason: string;
    /** It takes another person to confirm. */
    readonly isMine: boolean;
  } | null;
  /** What custodians are told; null for a silent hold. */
  readonly notice: string | null;
  readonly custodians: readonly CustodianView[];
  readonly released: { readonly by: string; readonly at: Date; readonly reason: string } | null;
}

export interface CustodianView {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly state: CustodianState;
  /** When they were last mailed, answered, or stopped being asked; null when nobody told them yet. */
  readonly since: Date | null;
  /** Mails since the words changed. */
  readonly asked: number;
  /** Why the mail server refused the last mail. */
  readonly refusal: string | null;
}

export type CustodianState = "not-told" | "told" | "overdue" | "acknowledged" | "removed";

export interface HoldsView {
  readonly holds: readonly HoldView[];
  /** What a hold can be placed on; empty for whoever places none. */
  readonly templates: readonly { readonly id: string; readonly name: string }[];
  readonly may: { readonly manage: boolean };
}

const MOST = 200;

/** The organization's legal holds, those in force first. */
export async function listHolds(ctx: Context): Promise<HoldsView> {
  const member = requirePermission(ctx, "retention.read");
  return inTransaction(ctx, async (ctx) => {
    const names = await loadNames(ctx);
    const templates = await loadTemplateNames(ctx);
    const templateNames = new Map<string, string>(templates.map(({ id, name }) => [id, name]));
    const manages = hasPermission(member, "hold.manage");
    const rows = await loadHolds(ctx, MOST);
    const custodians = await loadCustodians(
      ctx,
      rows.map(({ hold }) => hold.id),
    );
    return {
      holds: rows.map(({ hold, covers }) => {
        const { id, matter, reason, scope, placedAt, releasedBy, releasedAt, fromOn, toOn } = hold;
        const nameOf = ({ scope, query }: HoldCriterion) =>
          scope === "template" ? (templateNames.get(query) ?? query) : query;
        const query = nameOf(hold);
        const also = hold.also.map((one) => ({ scope: one.scope, query: nameOf(one) }));
        const { releaseAskedBy, releaseAskedAt } = hold;
        const said = hold.releaseReason ?? "";
        return {
          ...{ also, fromOn, toOn },
          ...{ id, matter, reason, scope, query, covers, placedAt, notice: hold.notice },
          custodians: custodians.filter(({ holdId }) => holdId === id).map(viewOf),
          placedBy: names.get(hold.placedBy) ?? "",
          asked:
            releaseAskedBy && releaseAskedAt && !releasedAt
              ? {
                  ...{ by: names.get(releaseAskedBy) ?? "", at: releaseAskedAt, reason: said },
                  isMine: releaseAskedBy === member.memberId,
                }
              : null,
          released:
            releasedBy && releasedAt
              ? {
                  by: [releaseAskedBy, releasedBy]
                    .flatMap((id) => (id ? (names.get(id) ?? "") : []))
                    .join(", "),
                  ...{ at: releasedAt, reason: said },
                }
              : null,
        };
      }),
      templates: manages ? templates : [],
      may: { manage: manages },
    };
  });
}

function viewOf(row: CustodianRow): CustodianView {
  const { id, name, email, asked, refusal, askedAt, acknowledgedAt, endedAt } = row;
  const state = stateOf(row);
  return { id, name, email, asked, refusal, state, since: endedAt ?? acknowledgedAt ?? askedAt };
}

function stateOf(row: CustodianRow): CustodianState {
  if (row.endedAt) return "removed";
  if (row.acknowledgedAt) return "acknowledged";
  if (isOverdue(row)) return "overdue";
  return row.askedAt ? "told" : "not-told";
}
