import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requireMember } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { OWN_MAILS, type OwnMail } from "./core/own-mails.ts";
import { loadMutedMails, saveMutedMails } from "./store.ts";

/** Of which news the member wants no mail. */
export async function getMutedMails(ctx: Context): Promise<readonly OwnMail[]> {
  const { memberId } = requireMember(ctx);
  return inTransaction(ctx, (ctx) => loadMutedMails(ctx, memberId));
}

const Input = z.object({ muted: z.array(z.enum(OWN_MAILS)).max(OWN_MAILS.length) });

/** Says of which news the member wants no mail; it stands on the envelope's page all the same. */
export async function chooseMutedMails(ctx: Context, input: z.input<typeof Input>): Promise<void> {
  const { memberId } = requireMember(ctx);
  const { muted } = Input.parse(input);
  const wanted = OWN_MAILS.filter((mail) => muted.includes(mail));
  await inTransaction(ctx, async (ctx) => {
    const before = await loadMutedMails(ctx, memberId);
    if (before.join() === wanted.join()) return;
    await saveMutedMails(ctx, memberId, wanted);
    await appendEvent(ctx, {
      type: "member.mails-chosen",
      envelopeId: null,
      data: { member: memberId, muted: wanted },
    });
  });
}
