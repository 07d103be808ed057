import { inTransaction, type WorkerContext } from "#lib/context.ts";
import { publicId } from "#lib/ids.ts";
import type { Period } from "../core/reports/periods.ts";
import type { ReportContent } from "../core/reports/report-content.ts";
import { reportWords } from "../core/reports/report-words.ts";
import { nameOfMember } from "../reports/reports-store.ts";
import { loadSample, loadSampleItems } from "./sample-store.ts";

/** The record of a sampling review. */
export async function sampleContent(
  ctx: WorkerContext,
  reviewId: string,
  period: Period,
): Promise<ReportContent> {
  const words = reportWords();
  return inTransaction(ctx, async (ctx) => {
    const { outOf } = await loadSample(ctx, reviewId);
    const items = await loadSampleItems(ctx, reviewId);
    const names = new Map<string, string>();
    for (const { item } of items)
      if (item.decidedBy && !names.has(item.decidedBy))
        names.set(item.decidedBy, (await nameOfMember(ctx, item.decidedBy)) ?? words("unknown"));
    return {
      ...{ kind: "sample-review" as const, period, isCut: false },
      numbers: [
        { key: "sampled", value: items.length },
        { key: "population", value: outOf },
        { key: "sampleFails", value: items.filter(({ item }) => item.decision === "fails").length },
        { key: "machineFails", value: items.filter(({ item }) => (item.findings?.length ?? 0) > 0).length },
      ],
      rows: items.map(({ item, shortId, title }) => ({
        cells: [
          ...[shortId, title, item.findings?.join(", ") || words("sample.clean")],
          item.decision ? words(`sample.${item.decision}`) : words("unknown"),
          (item.decidedBy && names.get(item.decidedBy)) || words("unknown"),
          item.note ?? "",
        ],
        address: `/envelopes/${publicId("envelope", item.envelopeId)}`,
      })),
    };
  });
}
