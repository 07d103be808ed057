import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requireRecipient } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { typedLine } from "#lib/identity/core/typed-text.ts";
import { findNotice, noticeSha256 } from "./core/consent.ts";
import { requireTurn } from "./core/finish.ts";
import { signingError } from "./errors.ts";
import { ceremonyOf, changeRecipient, keepNotice, loadCeremony } from "./store.ts";

const Input = z.object({
  version: z.string().max(40),
  locale: z.string().max(20),
  /** Of the text that was on screen. */
  sha256: z.string().length(64),
  /** What the button said. */
  wording: typedLine(80, 1),
});

/** Records that the person agreed to sign electronically, and to which words. @throws signing/consent-unknown */
export async function giveConsent(ctx: Context, input: z.input<typeof Input>): Promise<void> {
  const { recipientId, envelopeId } = requireRecipient(ctx);
  const { version, locale, sha256, wording } = Input.parse(input);
  const notice = findNotice(version, locale);
  if (!notice || noticeSha256(notice) !== sha256)
    throw signingError("consent-unknown", `${version} ${locale}`);

  await inTransaction(ctx, async (ctx) => {
    const ceremony = ceremonyOf(await loadCeremony(ctx, envelopeId, true), recipientId);
    requireTurn(ceremony);
    if (ceremony.recipient.state === "consented") return;

    await keepNotice(ctx, notice, sha256);
    const consentedAt = ctx.now();
    await changeRecipient(ctx, recipientId, {
      state: "consented",
      consentedAt,
      consentNotice: `${version} ${locale}`,
    });
    await appendEvent(ctx, {
      type: "consent.given",
      envelopeId,
      data: { recipient: recipientId, notice: { version, locale, sha256 }, wording },
    });
  });
}
