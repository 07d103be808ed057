import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { ANCHOR_LIMITS, Anchor, anchorsFromSignNow } from "../core/hints/anchor.ts";
import { envelopesError } from "../errors.ts";
import { loadAnchors, loadSettings, saveAnchors } from "../store.ts";

/** Words of the organization's own that say where fields belong. */
export async function getAnchors(ctx: Context): Promise<readonly Anchor[]> {
  requirePermission(ctx, "organization.manage");
  return inTransaction(ctx, loadAnchors);
}

const Added = z.union([
  z.object({ anchor: Anchor }),
  /** The list that signNow takes with documents whose tags are only names. */
  z.object({ signNow: z.string().max(200_000) }),
]);

/** Adds some; one with the same words takes the place of the one before. @throws envelopes/too-many-anchors, anchors-unreadable */
export async function addAnchors(ctx: Context, input: z.input<typeof Added>): Promise<void> {
  requirePermission(ctx, "organization.manage");
  const added = Added.parse(input);
  const anchors = "anchor" in added ? [added.anchor] : listIn(added.signNow);
  await change(ctx, (before) => {
    const words = new Set(anchors.map(({ text }) => text));
    return [...before.filter(({ text }) => !words.has(text)), ...anchors];
  });
}

export async function removeAnchor(ctx: Context, input: { readonly text: string }): Promise<void> {
  requirePermission(ctx, "organization.manage");
  await change(ctx, (before) => before.filter(({ text }) => text !== input.text));
}

function listIn(json: string): Anchor[] {
  try {
    return anchorsFromSignNow(json);
  } catch (cause) {
    throw envelopesError("anchors-unreadable", "no list of tags", { cause });
  }
}

async function change(ctx: Context, to: (before: readonly Anchor[]) => readonly Anchor[]): Promise<void> {
  await inTransaction(ctx, async (ctx) => {
    const anchors = to(await loadAnchors(ctx));
    if (anchors.length > ANCHOR_LIMITS.anchors)
      throw envelopesError("too-many-anchors", `${anchors.length} anchors`);
    const before = await loadSettings(ctx);
    await saveAnchors(ctx, anchors);
    const data = { from: { ...before }, to: { ...before, anchors } };
    await appendEvent(ctx, { type: "organization.changed", envelopeId: null, data });
  });
}
