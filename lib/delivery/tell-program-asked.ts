import { requireSystem } from "#lib/authorize.ts";
import type { WorkerContext } from "#lib/context.ts";
import type { MailContent } from "./core/mail-content.ts";
import { mailWords } from "./core/translate.ts";
import { deliver } from "./send-mail.ts";
import { keepersOf } from "./store.ts";

const LOCALE = "en";

export interface ProgramAsked {
  readonly eventId: string;
  /** Its name. */
  readonly program: string;
  /** What it wants signed, in hexadecimal. */
  readonly hashes: readonly string[];
}

/** Tells every owner and administrator that a program waits for one of them to let it have hashes signed. */
export async function tellProgramAsked(
  ctx: WorkerContext,
  { eventId, program, hashes }: ProgramAsked,
): Promise<void> {
  requireSystem(ctx);
  const { keepers, organization } = await keepersOf(ctx);
  const t = mailWords();
  const words = { organization, program, count: hashes.length };
  const subject = t("programAsked.subject", words);
  const content: MailContent = {
    ...{ locale: LOCALE, subject, heading: subject, paragraphs: [t("programAsked.lead", words)] },
    button: {
      label: t("programAsked.button"),
      url: `${ctx.runtime.config.baseUrl}/keys/programs`,
      plainLink: t("common.plainLink"),
    },
    ...{ notes: [], footer: t("common.aboutAccount") },
  };
  for (const { memberId, ...to } of keepers) await deliver(ctx, `${eventId}.${memberId}`, to, content);
}
