import type { Context } from "#lib/context.ts";
import { drawField } from "#lib/pdf/appearance.ts";
import { isRefused } from "#lib/pdf/text/layout.ts";
import type { Blocker } from "./core/blockers.ts";
import { signs } from "./core/roles.ts";

const ROOMY = { widthPt: 2_000, heightPt: 40 };

/** Signers whose name cannot be drawn: better known before sending than when they have read to the end. */
export function undrawableNames(
  ctx: Context,
  recipients: readonly {
    readonly id: string;
    readonly role: string;
    readonly name: string;
    readonly onBehalfOf?: string;
  }[],
): Blocker[] {
  const blockers: Blocker[] = [];
  for (const { id, role, name, onBehalfOf = "" } of recipients) {
    const written = `${name} ${onBehalfOf}`.trim();
    if (!signs(role) || written === "") continue;
    const drawing = drawField({ kind: "text", text: written, lines: "single" }, ROOMY, ctx.runtime.fonts);
    if (!isRefused(drawing)) continue;
    const characters =
      "characters" in drawing ? drawing.characters.map(({ character }) => character).join("") : "";
    blockers.push({ code: "name-not-drawable", recipientId: id, characters });
  }
  return blockers;
}
