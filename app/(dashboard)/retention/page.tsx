import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { Notice } from "#components/ui/notice.tsx";
import { Sheet } from "#components/ui/page.tsx";
import { TRIGGERS } from "#lib/retention/core/schedule.ts";
import { getHits, type Hits, type ScheduleHits } from "#lib/retention/get-hits.ts";
import { type ClassView, getSchedule, type ScheduleView } from "#lib/retention/get-schedule.ts";
import { memberContext } from "../../_server/context.ts";
import { answerPage } from "../../_server/page.ts";
import { AddClassButton, ChangeClassButton, RetireClassButton, ShorterButtons } from "./class-buttons.tsx";
import { dayWords } from "./day-words.ts";
import { RetentionPage } from "./retention-page.tsx";
import { AddRuleButton, RemoveRuleButton } from "./rule-buttons.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("app.retention.schedule"))("title") };
}

/** How long what ended in which way is kept. */
export default async function SchedulePage() {
  const ctx = await memberContext();
  const view = await answerPage(() => getSchedule(ctx));
  const hits = await getHits(ctx);
  const t = await getTranslations("app.retention.schedule");
  const { manage, shorten } = view.may;
  return (
    <RetentionPage part="schedule" actions={manage ? <AddClassButton mayShorten={shorten} /> : null}>
      <Notice>{t("how")}</Notice>
      <Defaults view={view} />
      <Classes view={view} hits={hits} />
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

interface ClassesProps {
  readonly view: ScheduleView;
  readonly hits: ScheduleHits | null;
}

async function Classes({ view, hits }: ClassesProps) {
  const t = await getTranslations("app.retention.schedule");
  return (
    <Sheet title={t("classes")}>
      {view.classes.length === 0 ? (
        <p className="px-4 py-5 text-ink-700 sm:px-6">{t("empty")}</p>
      ) : (
        <ul className="divide-y divide-line">
          {view.classes.map((one) => (
            <ClassRow key={one.id} one={one} may={view.may} templates={view.templates} hits={hits} />
          ))}
        </ul>
      )}
    </Sheet>
  );
}

const RULE_OF = {
  end: "rule",
  "contract-end": "ruleOfContract",
  "last-activity": "ruleOfActivity",
  "owner-left": "ruleOfOwner",
} as const;

interface ClassRowProps extends Pick<ScheduleView, "may" | "templates">, Pick<ClassesProps, "hits"> {
  readonly one: ClassView;
}

const askedKey = (asked: NonNullable<ClassView["asked"]>, action: ClassView["action"]) => {
  if (asked.action !== action) return "askedAction" as const;
  return asked.countsFrom === "end" ? ("asked" as const) : ("askedOtherwise" as const);
};

const NO_HITS = { count: 0, standing: 0, firstDueOn: null };
const dayIn = ({ firstDueOn }: Hits) => (firstDueOn ? dayWords(firstDueOn) : "none");

async function ClassRow({ one, may, templates, hits }: ClassRowProps) {
  const t = await getTranslations("app.retention.schedule");
  const { id, name, trigger, years, countsFrom, action, basis, isDefault, chosenFor, asked, rules } = one;
  const { leastCertificateDays } = one;
  const own = hits?.ofClass.get(id) ?? NO_HITS;
  const ofRule = (found: Hits) => t("hitsOfRule", { count: found.count, day: dayIn(found) });
  return (
    <li className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3 px-4 py-4 sm:px-6">
      <div className="min-w-0 flex-1 basis-72">
        <p className="font-medium [overflow-wrap:anywhere]">{name}</p>
        <p className="text-ink-700">
          {action === "keep" ? null : `${t(RULE_OF[countsFrom], { years, trigger })} `}
          {t(`actionRule.${action}`)}
        </p>
        {leastCertificateDays > 0 ? (
          <p className="text-ink-700">{t("certificateRule", { days: leastCertificateDays })}</p>
        ) : null}
        <p className="mt-1 text-small whitespace-pre-line text-ink-600 [overflow-wrap:anywhere]">{basis}</p>
        <p className="mt-1 text-small text-ink-600">
          {t("chosenFor", { count: chosenFor })}
          {isDefault ? ` · ${t("isDefault")}` : ""}
        </p>
        <p className="mt-1 text-small text-ink-600">
          {hits ? t("hits", { count: own.count, standing: own.standing, day: dayIn(own) }) : t("hitsUnknown")}
        </p>
        {rules.length > 0 ? (
          <ul aria-label={t("rules.list", { name })} className="mt-2 flex flex-col gap-1">
            {rules.map((rule) => (
              <li key={rule.id} className="flex flex-wrap items-center gap-x-3 [overflow-wrap:anywhere]">
                {t(`rules.${rule.kind}`, { name: rule.name })}
                {hits ? (
                  <span className="text-small text-ink-600">
                    {ofRule(hits.ofRule.get(rule.id) ?? NO_HITS)}
                  </span>
                ) : null}
                {may.manage ? (
                  <RemoveRuleButton id={rule.id} about={t(`rules.${rule.kind}`, { name: rule.name })} />
                ) : null}
              </li>
            ))}
          </ul>
        ) : null}
        {asked ? (
          <p className="mt-1 text-small text-warn-800 [overflow-wrap:anywhere]">
            {t(askedKey(asked, action), {
              name: asked.by,
              action: t(`actionOf.${asked.action}`),
              years: asked.years,
              from: t(`countsFromOf.${asked.countsFrom}`),
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
            one={{ id, name, years, countsFrom, action, basis, leastCertificateDays, isDefault }}
            mayShorten={may.shorten}
          />
          {isDefault ? null : <RetireClassButton id={id} name={name} />}
        </div>
      ) : null}
    </li>
  );
}
