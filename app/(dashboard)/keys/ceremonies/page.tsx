import { Ban, CircleCheck, ScrollText, Timer } from "lucide-react";
import type { Metadata, Route } from "next";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Instant } from "#components/ui/instant.tsx";
import { Page, Sheet } from "#components/ui/page.tsx";
import { StatusPill } from "#components/ui/status-pill.tsx";
import { hasPermission } from "#lib/authorize.ts";
import type { CeremonyLine } from "#lib/signing/core/key-ceremony.ts";
import { listCeremonies, listCeremonyPeople } from "#lib/signing/key-ceremonies/get-ceremonies.ts";
import { listKeyScripts, type ScriptView } from "#lib/signing/key-ceremonies/key-scripts.ts";
import { memberContext } from "../../../_server/context.ts";
import { answerPage } from "../../../_server/page.ts";
import { BackToKeys } from "../back-to-keys.tsx";
import { BeginButton, PublishButton } from "./begin-button.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("app.keyWork.ceremonies"))("title") };
}

const LOOKS = {
  "under-way": { tone: "info", icon: Timer },
  completed: { tone: "good", icon: CircleCheck },
  abandoned: { tone: "neutral", icon: Ban },
} as const;

/** Key ceremonies, and the scripts they follow. */
export default async function CeremoniesPage() {
  const ctx = await memberContext();
  const ceremonies = await answerPage(() => listCeremonies(ctx));
  const mayBegin = hasPermission(ctx.actor, "key.manage");
  const scripts = hasPermission(ctx.actor, "certificate.read") ? await listKeyScripts(ctx) : [];
  const people = mayBegin ? await listCeremonyPeople(ctx) : [];
  const t = await getTranslations("app.keyWork.ceremonies");
  const button = mayBegin ? <BeginButton scripts={scripts.map(({ name }) => name)} people={people} /> : null;
  return (
    <Page
      title={t("title")}
      width="reading"
      back={<BackToKeys />}
      lead={t("lead")}
      actions={ceremonies.length > 0 ? button : null}
    >
      <div className="flex flex-col gap-6">
        {ceremonies.length === 0 ? (
          <EmptyState icon={ScrollText} title={t("emptyTitle")} action={button}>
            {t("empty")}
          </EmptyState>
        ) : (
          <Sheet title={t("title")}>
            <ul className="divide-y divide-line">
              {ceremonies.map((ceremony) => (
                <Ceremony key={ceremony.id} ceremony={ceremony} />
              ))}
            </ul>
          </Sheet>
        )}
        {scripts.length > 0 ? (
          <Sheet title={t("scripts")} aside={mayBegin ? <PublishButton script={null} /> : null}>
            <ul className="divide-y divide-line">
              {scripts.map((script) => (
                <Script key={script.name} script={script} mayRevise={mayBegin} />
              ))}
            </ul>
          </Sheet>
        ) : null}
      </div>
    </Page>
  );
}

async function Ceremony({ ceremony }: { readonly ceremony: CeremonyLine }) {
  const t = await getTranslations("app.keyWork.ceremonies");
  const { id, title, scriptName, startedAt, state } = ceremony;
  return (
    <li className="flex flex-wrap items-center justify-between gap-3 px-4 py-4 sm:px-6">
      <div className="min-w-0 flex-1 basis-64">
        <Link href={`/keys/ceremonies/${id}` as Route} className="font-medium [overflow-wrap:anywhere]">
          {title}
        </Link>
        <p className="text-small text-ink-600 [overflow-wrap:anywhere]">
          {scriptName} · {t("began")} <Instant at={startedAt.toISOString()} />
        </p>
      </div>
      <StatusPill {...LOOKS[state]}>{t(`states.${state}`)}</StatusPill>
    </li>
  );
}

async function Script({ script, mayRevise }: { readonly script: ScriptView; readonly mayRevise: boolean }) {
  const t = await getTranslations("app.keyWork.ceremonies");
  const { name, version, steps, custodiansNeeded, publishedBy, text } = script;
  return (
    <li className="px-4 py-4 sm:px-6">
      <div className="flex flex-wrap items-start justify-between gap-3">
        <div className="min-w-0 flex-1 basis-64">
          <p className="font-medium [overflow-wrap:anywhere]">{name}</p>
          <p className="text-small text-ink-600">
            {t("version", { version, count: steps.length, custodians: custodiansNeeded })} ·{" "}
            {publishedBy ? t("publishedBy", { name: publishedBy }) : t("ours")}
          </p>
        </div>
        {mayRevise ? <PublishButton script={{ name, text, custodiansNeeded }} /> : null}
      </div>
      <details>
        <summary className="min-h-11 cursor-pointer py-2 text-action-700 sm:min-h-8">{t("read")}</summary>
        <ol className="mt-1 flex list-decimal flex-col gap-2 ps-6">
          {steps.map(({ say, expect }) => (
            <li key={say}>
              {say}
              {expect ? <span className="block text-small text-ink-600">{expect}</span> : null}
            </li>
          ))}
        </ol>
      </details>
    </li>
  );
}
