import { requireSystem } from "#lib/authorize.ts";
import { inTransaction, type WorkerContext } from "#lib/context.ts";
import type { MemberId } from "#lib/ids.ts";
import type { MailContent } from "./core/mail-content.ts";
import { mailWords } from "./core/translate.ts";
import { deliver } from "./send-mail.ts";
import { loadKeepers, loadMember, loadOrganizationName } from "./store.ts";

const LOCALE = "en";

export type KeyTask = "review-due" | "receipt-overdue" | "step-due" | "hash-differs";

export interface DueTask {
  readonly eventId: string;
  readonly task: KeyTask;
  /** What the event says. */
  readonly data: Readonly<Record<string, unknown>>;
}

/** Reminds of something to do about a key: a project's step its owner, anything else who looks after keys. */
export async function tellKeyTask(ctx: WorkerContext, { eventId, task, data }: DueTask): Promise<void> {
  requireSystem(ctx);
  const text = (name: string) => String(data[name] ?? "");
  const isWrongHash = task === "hash-differs";
  const isStep = task === "step-due";
  const { people, organization } = await inTransaction(ctx, async (ctx) => ({
    people: isStep
      ? [await ownerOf(ctx, text("owner") as MemberId)]
      : (await loadKeepers(ctx)).filter(({ memberId }) => isWrongHash || memberId !== text("recipient")),
    organization: await loadOrganizationName(ctx),
  }));
  const t = mailWords();
  const dueAt = isStep ? new Date(text("dueAt")) : ctx.now();
  const words = {
    ...{ organization, destination: text("destination"), title: text("title"), reminder: text("reminder") },
    step: isStep ? t(`keyTask.step-due.steps.${text("step")}`) : "",
    date: new Intl.DateTimeFormat(LOCALE, { dateStyle: "long", timeZone: "UTC" }).format(dueAt),
  };
  const path = isStep ? `/keys/projects/${text("project")}` : `/key-exports/${text("export")}`;
  const subject = t(`keyTask.${task}.subject`, words);
  const content: MailContent = {
    ...{ locale: LOCALE, subject, heading: subject, paragraphs: [t(`keyTask.${task}.lead`, words)] },
    button: {
      label: t(`keyTask.${task}.button`),
      url: `${ctx.runtime.config.baseUrl}${path}`,
      plainLink: t("common.plainLink"),
    },
    ...{ notes: [], footer: t("common.aboutAccount") },
  };
  for (const { memberId, ...to } of people) await deliver(ctx, `${eventId}.${memberId}`, to, content);
}

async function ownerOf(ctx: WorkerContext, memberId: MemberId) {
  const { account } = await loadMember(ctx, memberId);
  return { memberId, name: account.name, email: account.email };
}
