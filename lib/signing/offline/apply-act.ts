import { z } from "zod";
import type { Context } from "#lib/context.ts";
import { adoptMarks, MarkInput } from "../adopt-mark.ts";
import { decline } from "../decline.ts";
import { fillField } from "../fill-field.ts";
import { approve, finishSigning } from "../finish-signing.ts";
import { giveConsent } from "../give-consent.ts";
import { recordView } from "../record-view.ts";
import { attachKept } from "./keep-file.ts";

const text = (most: number) => z.string().max(most);
const shown = z.array(z.object({ documentId: text(36), sha256: text(64) })).max(50);

/** As a device records it. Each verb then parses what is its own once more. */
export const OfflineAct = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("consent"),
    ...{ version: text(40), locale: text(20), sha256: text(64), wording: text(200) },
  }),
  z.object({
    type: z.literal("view"),
    ...{ documentId: text(36), sha256: text(64), pages: z.array(z.number()).max(5_000) },
    ...{ sentAt: text(40).optional(), looks: z.array(z.unknown()).max(5_000).optional() },
  }),
  z.object({
    type: z.literal("fill"),
    ...{ fieldId: text(36), value: text(4_000), locale: text(35).optional() },
  }),
  z.object({
    type: z.literal("attach"),
    ...{ fieldId: text(36), name: text(1_000), sha256: text(64), sizeBytes: z.int().min(0) },
  }),
  z.object({ type: z.literal("adopt"), signature: MarkInput, initials: MarkInput.nullable() }),
  z.object({ type: z.literal("finish"), shown, wording: text(200), timeZone: text(60) }),
  z.object({ type: z.literal("approve"), shown, wording: text(200) }),
  z.object({ type: z.literal("decline"), reason: text(500) }),
]);
export type OfflineAct = z.output<typeof OfflineAct>;

/** Does what was recorded, by the same verb as online: whatever that refuses is refused here too. Part of a verb. */
export async function applyAct(ctx: Context, { type, ...act }: OfflineAct): Promise<void> {
  switch (type) {
    case "consent":
      return giveConsent(ctx, act as Parameters<typeof giveConsent>[1]);
    case "view":
      return recordView(ctx, act as Parameters<typeof recordView>[1]);
    case "fill":
      await fillField(ctx, act as Parameters<typeof fillField>[1]);
      return;
    case "attach":
      return attachKept(ctx, act as Parameters<typeof attachKept>[1]);
    case "adopt":
      await adoptMarks(ctx, act as Parameters<typeof adoptMarks>[1]);
      return;
    case "finish":
      return finishSigning(ctx, act as Parameters<typeof finishSigning>[1]);
    case "approve":
      return approve(ctx, act as Parameters<typeof approve>[1]);
    case "decline":
      return decline(ctx, act as Parameters<typeof decline>[1]);
  }
}
