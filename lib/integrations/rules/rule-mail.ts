import type { Context } from "#lib/context.ts";
import type { MailContent } from "#lib/delivery/core/mail-content.ts";
import { mailWords } from "#lib/delivery/core/translate.ts";
import { publicId } from "#lib/ids.ts";
import type { RuleRow, RunRow } from "./store.ts";

interface RuleMail {
  readonly rule: RuleRow;
  readonly run: RunRow;
  readonly title: string;
  readonly person: { readonly organizationName: string };
}

/** What a member is told because a rule says so. Part of a verb. */
export function ruleMail(ctx: Context, { rule, run, title, person }: RuleMail): MailContent {
  const t = mailWords();
  const words = { rule: rule.name, title: title || rule.name, event: t(`rule.events.${rule.event}`) };
  const base = ctx.runtime.config.baseUrl;
  const url = run.envelopeId ? `${base}/envelopes/${publicId("envelope", run.envelopeId)}` : `${base}/bulk`;
  return {
    ...{ locale: "en", subject: t("rule.subject", words), heading: t("rule.heading", words) },
    paragraphs: [t("rule.lead", words)],
    button: { label: t("rule.button"), url, plainLink: t("common.plainLink") },
    notes: [],
    footer: person.organizationName,
  };
}
