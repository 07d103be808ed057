import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { Notice } from "#components/ui/notice.tsx";
import { Sheet } from "#components/ui/page.tsx";
import { TRIGGERS } from "#lib/retention/core/schedule.ts";
import { type ClassView, getSchedule, type ScheduleView } from "#lib/retention/get-schedule.ts";
import { memberContext } from "../../_server/context.ts";
import { answerPage } from "../../_server/page.ts";
import { AddClassButton, ChangeClassButton, RetireClassButton, ShorterButtons } from "./class-buttons.tsx";
import { RetentionPage } from "./retention-page.tsx";
import { AddRuleButton, RemoveRuleButton } from "./rule-buttons.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("app.retention.schedule"))("title") };
}

/** How long what ended in which way is kept. */
export default async function SchedulePage() {
  const ctx = await memberContext();
  const view = await answerPage(() => getSchedule(ctx));
  const t = await getTranslations("app.retention.schedule");
  const { manage, shorten } = view.may;
  return (
    <RetentionPage part="schedule" actions={manage ? <AddClassButton mayShorten={shorten} /> : null}>
      <Notice>{t("how")}</Notice>
      <Defaults view={view} />
      <Classes view={view} />
    </RetentionPage>
  );
}

async function Defaults({ view }: { readonly view: ScheduleView }) {
  const t = await getTranslations("app.retention.schedule");
  return (
    <Sheet title={t("defaults")}>
      <dl className="divide-y divide-line">
        {TRIGGERS.map((trigger) => {
          const { id, name, years } = view.defaults[trigger];
          return (
            <div key={trigger} className="flex flex-wrap justify-between gap-x-6 gap-y-1 px-4 py-3 sm:px-6">
              <dt className="font-medium">{t(`ends.${trigger}`)}</dt>
              <dd className="text-ink-700 [overflow-wrap:anywhere]">
                {t("kept", { years })} · {id === null ? t("standard") : name}
              </dd>
            </div>
          );
        })}
      </dl>
    </Sheet>
  );
}

async function Classes({ view }: { readonly view: ScheduleView }) {
  const t = await getTranslations("app.retention.schedule");
  return (
    <Sheet title={t("classes")}>
      {view.classes.length === 0 ? (
        <p className="px-4 py-5 text-ink-700 sm:px-6">{t("empty")}</p>
      ) : (
        <ul className="divide-y divide-line">
          {view.classes.map((one) => (
            <ClassRow key={one.id} one={one} may={view.may} templates={view.templates} />
          ))}
        </ul>
      )}
    </Sheet>
  );
}

async function ClassRow(props: { readonly one: ClassView } & Pick<ScheduleView, "may" | "templates">) {
  const { one, may, templates } = props;
  const t = await getTranslations("app.retention.schedule");
  const { id, name, trigger, years, countsFrom, basis, isDefault, chosenFor, asked, rules } = one;
  return (
    <li className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3 px-4 py-4 sm:px-6">
      <div className="min-w-0 flex-1 basis-72">
        <p className="font-medium [overflow-wrap:anywhere]">{name}</p>
        <p className="text-ink-700">
          {t(countsFrom === "end" ? "rule" : "ruleOfContract", { years, trigger })}
        </p>
        <p className="mt-1 text-small whitespace-pre-line text-ink-600 [overflow-wrap:anywhere]">{basis}</p>
        <p className="mt-1 text-small text-ink-600">
          {t("chosenFor", { count: chosenFor })}
          {isDefault ? ` · ${t("isDefault")}` : ""}
        </p>
        {rules.length > 0 ? (
          <ul aria-label={t("rules.list", { name })} className="mt-2 flex flex-col gap-1">
            {rules.map((rule) => (
              <li key={rule.id} className="flex flex-wrap items-center gap-x-3 [overflow-wrap:anywhere]">
                {t(`rules.${rule.kind}`, { name: rule.name })}
                {may.manage ? (
                  <RemoveRuleButton id={rule.id} about={t(`rules.${rule.kind}`, { name: rule.name })} />
                ) : null}
              </li>
            ))}
          </ul>
        ) : null}
        {asked ? (
          <p className="mt-1 text-small text-warn-800 [overflow-wrap:anywhere]">
            {t(asked.countsFrom === "end" ? "asked" : "askedOfContract", {
              name: asked.by,
              years: asked.years,
            })}
          </p>
        ) : null}
      </div>
      {may.manage ? (
        <div className="flex flex-wrap gap-2">
          {asked ? (
            <ShorterButtons {...{ id, name, years: asked.years }} mayApprove={may.approve && !asked.isMe} />
          ) : null}
          <AddRuleButton id={id} name={name} templates={templates} />
          <ChangeClassButton
            one={{ id, name, years, countsFrom, basis, isDefault }}
            mayShorten={may.shorten}
          />
          {isDefault ? null : <RetireClassButton id={id} name={name} />}
        </div>
      ) : null}
    </li>
  );
}
