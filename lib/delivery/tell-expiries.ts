import { requireSystem } from "#lib/authorize.ts";
import { inTransaction, type WorkerContext } from "#lib/context.ts";
import type { MemberId } from "#lib/ids.ts";
import type { MailContent } from "./core/mail-content.ts";
import { mailWords } from "./core/translate.ts";
import { deliver } from "./send-mail.ts";
import { findMember, loadKeepers } from "./store.ts";

const LOCALE = "en";

/** One key, certificate or access that ends soon, as the event says it. */
export interface Ending {
  readonly kind: string;
  readonly name: string;
  /** ISO 8601. */
  readonly until: string;
  readonly daysLeft: number;
  /** The person who looks after it; null for nobody. */
  readonly owner: string | null;
}

const dayOf = (until: string): string =>
  new Intl.DateTimeFormat(LOCALE, { dateStyle: "long", timeZone: "UTC" }).format(new Date(until));

/** Tells every owner and administrator, and who looks after one of them, what ends soon: one mail for all of it. */
export async function tellExpiries(
  ctx: WorkerContext,
  { eventId, endings }: { readonly eventId: string; readonly endings: readonly Ending[] },
): Promise<void> {
  requireSystem(ctx);
  const { keepers, others } = await inTransaction(ctx, async (ctx) => {
    const keepers = await loadKeepers(ctx);
    const named = [...new Set(endings.flatMap(({ owner }) => owner ?? []))] as MemberId[];
    const missing = named.filter((id) => keepers.every(({ memberId }) => memberId !== id));
    const others: { memberId: MemberId; name: string; email: string }[] = [];
    for (const memberId of missing) {
      const found = await findMember(ctx, memberId);
      if (found) others.push({ memberId, ...found });
    }
    return { keepers, others };
  });
  for (const { memberId, ...to } of keepers)
    await deliver(ctx, `${eventId}.${memberId}`, to, contentOf(ctx, endings));
  for (const { memberId, ...to } of others)
    await deliver(
      ctx,
      `${eventId}.${memberId}`,
      to,
      contentOf(
        ctx,
        endings.filter(({ owner }) => owner === memberId),
      ),
    );
}

function contentOf(ctx: WorkerContext, endings: readonly Ending[]): MailContent {
  const t = mailWords();
  const [first] = endings.toSorted((a, b) => Date.parse(a.until) - Date.parse(b.until));
  const wordsOf = ({ kind, name, daysLeft, until }: Ending) => ({
    ...{ what: t(`keyExpiring.kinds.${kind}`), name, days: daysLeft, date: dayOf(until) },
  });
  const one = wordsOf(first!);
  const isOne = endings.length === 1;
  const count = endings.length;
  return {
    locale: LOCALE,
    subject: isOne ? t("keyExpiring.subject", one) : t("keyExpiring.subjectMany", { ...one, count }),
    heading: isOne ? t("keyExpiring.heading", one) : t("keyExpiring.headingMany", { count }),
    paragraphs: [
      ...(isOne
        ? [t(`keyExpiring.leads.${leadOf(first!.kind)}`, one)]
        : endings.map((ending) => t("keyExpiring.line", wordsOf(ending)))),
      t("keyExpiring.consequence"),
    ],
    button: {
      label: t("keyExpiring.button"),
      url: `${ctx.runtime.config.baseUrl}/keys/ends`,
      plainLink: t("common.plainLink"),
    },
    ...{ notes: [], footer: t("common.aboutAccount") },
  };
}

/** What has to be done about it differs: keys are rotated, what others issued is brought anew, access is given anew. */
const leadOf = (kind: string): string =>
  kind === "api-key" || kind === "program"
    ? "access"
    : kind === "anchor" || kind === "chain" || kind === "tls"
      ? "foreign"
      : "key";
