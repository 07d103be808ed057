import { inTransaction, type WorkerContext } from "#lib/context.ts";
import type { Period } from "../core/reports/periods.ts";
import type { ReportContent } from "../core/reports/report-content.ts";
import { reportWords } from "../core/reports/report-words.ts";
import { nameOfMember } from "../reports/reports-store.ts";
import { loadItems } from "./reviews-store.ts";

/** The record of an access review: who had access, and what was decided for each. */
export async function reviewContent(
  ctx: WorkerContext,
  reviewId: string,
  period: Period,
): Promise<ReportContent> {
  const words = reportWords();
  const { items, names } = await inTransaction(ctx, async (ctx) => {
    const items = await loadItems(ctx, reviewId);
    const deciders = [...new Set(items.flatMap(({ decidedBy }) => decidedBy ?? []))];
    const names = new Map<string, string | null>();
    for (const id of deciders) names.set(id, await nameOfMember(ctx, id));
    return { items, names };
  });
  const decided = (wanted: string) => items.filter(({ decision }) => decision === wanted).length;
  return {
    ...{ kind: "access-review", period, isCut: false },
    numbers: [
      { key: "members", value: items.length },
      { key: "kept", value: decided("kept") },
      { key: "changed", value: decided("changed") },
      { key: "removed", value: decided("removed") },
    ],
    rows: items.map(({ name, email, role, since, decision, newRole, decidedBy, reason }) => ({
      cells: [
        ...[name, email, words(`roles.${role}`), since.toISOString().slice(0, 10)],
        decision
          ? words(`decisions.${decision}`, { role: newRole ? words(`roles.${newRole}`) : "" })
          : words("unknown"),
        (decidedBy && names.get(decidedBy)) || words(decision ? "nobodyAnswered" : "unknown"),
        reason ?? "",
      ],
      address: "/members",
    })),
  };
}
