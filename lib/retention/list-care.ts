import { hasPermission, requireMember } from "#lib/authorize.ts";
import type { Context } from "#lib/context.ts";
import { listTemplates } from "#lib/envelopes/templates/get-template.ts";
import { listEnds } from "#lib/signing/keys/list-ends.ts";
import { countRetention } from "./get-schedule.ts";

export interface CareLine {
  readonly kind: "ends" | "templates" | "purges" | "holds";
  readonly count: number;
}

/** What a member's role has them look after, the heaviest first; nothing for whoever only sends. */
export async function listCare(ctx: Context): Promise<readonly CareLine[]> {
  const member = requireMember(ctx);
  const lines: CareLine[] = [];
  if (hasPermission(member, "key.manage")) {
    const { items } = await listEnds(ctx);
    const soon = items.filter(
      ({ bucket, act }) => act !== "none" && (bucket === "over" || bucket === "under30"),
    );
    lines.push({ kind: "ends", count: soon.length });
  }
  if (hasPermission(member, "template.approve")) {
    const { items } = await listTemplates(ctx, {});
    lines.push({ kind: "templates", count: items.filter((one) => one.isAwaitingApproval).length });
  }
  if (hasPermission(member, "retention.read")) {
    const { waiting, holds } = await countRetention(ctx);
    lines.push({ kind: "purges", count: waiting }, { kind: "holds", count: holds });
  }
  return lines.filter(({ count }) => count > 0);
}
