import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requireReader } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { LANGUAGES } from "#lib/envelopes/core/languages.ts";
import { changeRecipient } from "./store.ts";

const Input = z.object({ language: z.enum(LANGUAGES) });

/** Keeps the language somebody reads their pages and mails in from now on. */
export async function chooseLanguage(ctx: Context, input: z.input<typeof Input>): Promise<void> {
  const { recipientId, envelopeId, languages } = requireReader(ctx);
  const { language } = Input.parse(input);
  if (languages?.chosen === language) return;
  await inTransaction(ctx, async (ctx) => {
    await changeRecipient(ctx, recipientId, { chosenLanguage: language });
    await appendEvent(ctx, {
      type: "language.chosen",
      envelopeId,
      data: { recipient: recipientId, language },
    });
  });
}
