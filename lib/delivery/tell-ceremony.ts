import { requireSystem } from "#lib/authorize.ts";
import { inTransaction, type WorkerContext } from "#lib/context.ts";
import type { MemberId } from "#lib/ids.ts";
import type { MailContent } from "./core/mail-content.ts";
import { mailWords } from "./core/translate.ts";
import { deliver } from "./send-mail.ts";
import { loadMember } from "./store.ts";

const LOCALE = "en";

export interface BegunCeremony {
  readonly eventId: string;
  readonly ceremonyId: string;
  readonly title: string;
  readonly people: readonly { readonly member: MemberId; readonly role: string }[];
}

/** Tells everybody who takes part in a key ceremony as what, and where to sign it off. */
export async function tellCeremony(ctx: WorkerContext, begun: BegunCeremony): Promise<void> {
  requireSystem(ctx);
  const { eventId, ceremonyId, title, people } = begun;
  const t = mailWords();
  for (const { member, role } of people) {
    const { account } = await inTransaction(ctx, (ctx) => loadMember(ctx, member));
    const words = { title, role: t(`keyCeremony.roles.${role}`) };
    const subject = t("keyCeremony.subject", words);
    const content: MailContent = {
      ...{ locale: LOCALE, subject, heading: subject, paragraphs: [t("keyCeremony.lead", words)] },
      button: {
        label: t("keyCeremony.button"),
        url: `${ctx.runtime.config.baseUrl}/keys/ceremonies/${ceremonyId}`,
        plainLink: t("common.plainLink"),
      },
      ...{ notes: [], footer: t("common.aboutAccount") },
    };
    await deliver(ctx, `${eventId}.${member}`, { name: account.name, email: account.email }, content);
  }
}
