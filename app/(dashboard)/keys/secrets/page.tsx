import { CircleAlert, CircleCheck, LockKeyhole } from "lucide-react";
import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { BackLink } from "#components/ui/back-link.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Instant } from "#components/ui/instant.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { Page, Sheet } from "#components/ui/page.tsx";
import { StatusPill } from "#components/ui/status-pill.tsx";
import { isTold, listSecrets, type SecretItem } from "#lib/signing/secrets/list-secrets.ts";
import { memberContext } from "../../../_server/context.ts";
import { answerPage } from "../../../_server/page.ts";
import { RotatedButton } from "./rotated-button.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("app.keys.secrets"))("title") };
}

/** Every passphrase, PIN and shared secret in use: how old, due when, and exchanged by whom; never what it is. */
export default async function SecretsPage() {
  const ctx = await memberContext();
  const t = await getTranslations("app.keys.secrets");
  const { items, everyMonths } = await answerPage(() => listSecrets(ctx));
  const overdue = items.filter(({ isOverdue }) => isOverdue).length;
  return (
    <Page
      title={t("title")}
      back={<BackLink href="/keys" label={t("back")} />}
      lead={t("lead", { count: everyMonths })}
    >
      {items.length === 0 ? (
        <EmptyState icon={LockKeyhole} title={t("none")}>
          {t("noneHint")}
        </EmptyState>
      ) : (
        <div className="flex flex-col gap-6">
          <Notice tone={overdue > 0 ? "warn" : "good"}>{t("overdueCount", { count: overdue })}</Notice>
          <Sheet title={t("list")}>
            <ul aria-label={t("list")} className="divide-y divide-line">
              {items.map((item) => (
                <SecretRow key={item.ref} item={item} />
              ))}
            </ul>
          </Sheet>
        </div>
      )}
    </Page>
  );
}

async function SecretRow({ item }: { readonly item: SecretItem }) {
  const t = await getTranslations("app.keys.secrets");
  const { ref, kind, name, since, isSinceKnown, ageDays, dueAt, isOverdue, last } = item;
  return (
    <li className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3 px-4 py-4 sm:px-6">
      <div className="min-w-0 flex-1 basis-72">
        <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <span className="font-medium [overflow-wrap:anywhere]">{name}</span>
          <StatusPill tone={isOverdue ? "warn" : "good"} icon={isOverdue ? CircleAlert : CircleCheck}>
            {t(isOverdue ? "overdue" : "inTime")}
          </StatusPill>
        </p>
        <p className="mt-1 text-small text-ink-700">{t(`kinds.${kind}`)}</p>
        <p className="text-small text-ink-600">
          {isSinceKnown ? (
            <>
              {t("age", { days: ageDays })} (<Instant at={since.toISOString()} />)
            </>
          ) : (
            t("ageUnknown")
          )}{" "}
          · {t("due")} <Instant at={dueAt.toISOString()} />
        </p>
        {last ? (
          <p className="text-small text-ink-600 [overflow-wrap:anywhere]">
            {t("last", { name: last.by, note: last.note })} <Instant at={last.at.toISOString()} />
          </p>
        ) : null}
      </div>
      {isTold(kind) ? (
        <RotatedButton secretRef={ref} name={name} how={t(`how.${kind}`)} />
      ) : (
        <p className="max-w-[44ch] text-small text-ink-700">{t(`how.${kind}`)}</p>
      )}
    </li>
  );
}
