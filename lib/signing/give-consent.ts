import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requireRecipient } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { typedLine } from "#lib/identity/core/typed-text.ts";
import { uuidV7 } from "#lib/ids.ts";
import { knownNotice } from "./consent/known-notice.ts";
import { recordAct } from "./consent/record-act.ts";
import { findTrial, loadPublished, saveNotice, type TrialRow } from "./consent/store.ts";
import { requireConsentWording } from "./core/button-words.ts";
import { askedAnew, BUILT_IN_NOTICES, noticeSha256 } from "./core/consent.ts";
import { requireTurn } from "./core/finish.ts";
import { signingError } from "./errors.ts";
import { ceremonyOf, changeRecipient, loadCeremony } from "./store.ts";
import { takeOn } from "./take-on.ts";

const Input = z.object({
  version: z.string().max(40),
  locale: z.string().max(20),
  /** Of the text that was on screen. */
  sha256: z.string().length(64),
  /** What the button said. */
  wording: typedLine(80, 1),
});

/**
 * Records that the person agreed to sign electronically, and to which words; again, where these have materially changed.
 *
 * @throws signing/consent-unknown, wording-unknown; access-not-shown where a consumer has not read the word in the notice's PDF
 */
export async function giveConsent(ctx: Context, input: z.input<typeof Input>): Promise<void> {
  const { recipientId, envelopeId } = requireRecipient(ctx);
  const { version, locale, sha256, wording } = Input.parse(input);

  await inTransaction(ctx, async (ctx) => {
    const loaded = await loadCeremony(ctx, envelopeId, true);
    const ceremony = ceremonyOf(loaded, recipientId);
    requireTurn(ceremony);
    const { isConsentOutdated, recipient } = ceremony;
    if (recipient.state === "consented" && !isConsentOutdated) return;
    const notice = await knownNotice(ctx, version, locale);
    const { mode } = notice;
    if (noticeSha256(notice) !== sha256 || mode !== loaded.envelope.consentMode)
      throw signingError("consent-unknown", `${version} ${locale}`);
    // Who is asked anew agrees to what has been published since: it says what has changed.
    const before = isConsentOutdated ? recipient.consentedAt : null;
    const anew = before && askedAnew(mode, [locale], await loadPublished(ctx), before);
    if (before && !((notice.publishedAt ?? before) > before))
      throw signingError("consent-unknown", `${version} ${locale} was shown before`);
    requireConsentWording(wording);
    const trial = mode === "consumer" ? await findTrial(ctx, recipientId) : null;
    if (mode === "consumer" && !isShown(trial, sha256, before))
      throw signingError("access-not-shown", `${version} ${locale}`);

    await takeOn(ctx, loaded, ceremony.recipient);
    await keepBuiltIn(ctx, version, locale);
    await changeRecipient(ctx, recipientId, {
      ...{ state: "consented", consentedAt: ctx.now(), consentNotice: `${version} ${locale}` },
    });
    const event = await appendEvent(ctx, {
      type: "consent.given",
      envelopeId,
      data: {
        recipient: recipientId,
        notice: { version, locale, sha256, mode },
        wording,
        // 15 USC 7001(c)(1)(D): agreed again after a material change.
        anew:
          before && anew
            ? {
                ...{ before: recipient.consentNotice ?? undefined, at: before.toISOString() },
                changes: anew.statements.map(({ version, locale, sha256 }) => ({ version, locale, sha256 })),
              }
            : undefined,
        demonstration: trial?.passedAt
          ? { method: trial.method, at: trial.passedAt.toISOString(), pdfSha256: trial.pdfSha256 }
          : undefined,
      },
    });
    const demonstration = trial?.method ?? null;
    const act = { kind: "given", mode, version, locale, noticeSha256: sha256, demonstration } as const;
    await recordAct(ctx, ceremony.recipient, act, event);
  });
}

/** Whether the word of this notice was read, after what changed where somebody is asked anew. */
const isShown = (trial: TrialRow | null, sha256: string, after: Date | null): boolean =>
  trial?.passedAt != null && trial.noticeSha256 === sha256 && (!after || trial.passedAt > after);

/** What comes with the product changes with it: the exact text somebody agreed to is kept with the organization. */
async function keepBuiltIn(ctx: Context, version: string, locale: string): Promise<void> {
  const notice = BUILT_IN_NOTICES.find((one) => one.version === version && one.locale === locale);
  if (!notice) return;
  const at = ctx.now();
  const id = uuidV7(at.getTime(), ctx.runtime.random(10));
  const { organizationId } = ctx;
  const sha256 = noticeSha256(notice);
  await saveNotice(ctx, { organizationId, id, ...notice, sha256, createdAt: at, publishedAt: at });
}
