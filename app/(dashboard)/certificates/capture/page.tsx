import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { BackLink } from "#components/ui/back-link.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { Page, Sheet } from "#components/ui/page.tsx";
import { hasPermission } from "#lib/authorize.ts";
import { type CaptureRuleView, listCaptureRules } from "#lib/evidence/capture/change-rules.ts";
import { memberContext } from "../../../_server/context.ts";
import { answerPage } from "../../../_server/page.ts";
import { AddRule, RemoveRule } from "./rule-acts.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("app.capture"))("title") };
}

/** When signers' certificates are captured at completion. */
export default async function CapturePage() {
  const ctx = await memberContext();
  const rules = await answerPage(() => listCaptureRules(ctx));
  const mayChange = hasPermission(ctx.actor, "organization.manage");
  const t = await getTranslations("app.capture");
  return (
    <Page
      title={t("title")}
      width="reading"
      back={<BackLink href="/certificates" label={t("back")} />}
      lead={t("lead")}
      actions={mayChange ? <AddRule /> : null}
    >
      {rules.length === 0 ? (
        <Notice>{t("none")}</Notice>
      ) : (
        <Sheet title={t("rules")}>
          <ul className="divide-y divide-line">
            {rules.map((rule) => (
              <Rule key={rule.id} rule={rule} mayChange={mayChange} />
            ))}
          </ul>
        </Sheet>
      )}
    </Page>
  );
}

async function Rule({ rule, mayChange }: { readonly rule: CaptureRuleView; readonly mayChange: boolean }) {
  const t = await getTranslations("app.capture");
  const { id, name, combine, conditions } = rule;
  return (
    <li className="flex flex-wrap items-start justify-between gap-3 px-4 py-4 sm:px-6">
      <div className="min-w-0 flex-1 basis-64">
        <p className="font-medium [overflow-wrap:anywhere]">{name}</p>
        {conditions.length > 1 ? <p className="text-small text-ink-600">{t(`combines.${combine}`)}</p> : null}
        <ul className="mt-1 list-disc ps-5 text-small text-ink-700">
          {conditions.map(({ about, label, operator, value }) => (
            <li key={`${about} ${label} ${operator} ${value}`} className="[overflow-wrap:anywhere]">
              {about === "title" ? t("abouts.title") : t("theField", { label })} {t(`operators.${operator}`)}
              {value ? ` “${value}”` : ""}
            </li>
          ))}
        </ul>
      </div>
      {mayChange ? <RemoveRule id={id} name={name} /> : null}
    </li>
  );
}
