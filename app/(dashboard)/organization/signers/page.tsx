import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { BackLink } from "#components/ui/back-link.tsx";
import { Page, Sheet } from "#components/ui/page.tsx";
import {
  type AuthenticationSettings,
  getAuthenticationSettings,
} from "#lib/envelopes/authentication/change-policy.ts";
import { listRequiredSteps } from "#lib/envelopes/authentication/required-steps.ts";
import { getSignatureSettings } from "#lib/signing/providers/change-providers.ts";
import { getIdentityProvider } from "#lib/signing/sso/change-provider.ts";
import { memberContext } from "../../../_server/context.ts";
import { answerPage } from "../../../_server/page.ts";
import { PolicyForm } from "./policy-form.tsx";
import { ProviderSheet } from "./provider-sheet.tsx";
import { AddRule, RemoveRule } from "./rule-acts.tsx";
import { SignatureSheet } from "./signature-sheet.tsx";
import { StepList } from "./step-acts.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("app.signers"))("title") };
}

/** How people who sign show who they are: what is usual, what is the least, and when more is asked for. */
export default async function SignersPage() {
  const ctx = await memberContext();
  const settings = await answerPage(() => getAuthenticationSettings(ctx));
  const provider = await answerPage(() => getIdentityProvider(ctx, { method: "sso" }));
  const identity = await answerPage(() => getIdentityProvider(ctx, { method: "identity-document" }));
  const signatures = await answerPage(() => getSignatureSettings(ctx));
  const steps = await answerPage(() => listRequiredSteps(ctx));
  const t = await getTranslations("app.signers");
  return (
    <Page
      title={t("title")}
      width="reading"
      back={<BackLink href="/organization" label={t("back")} />}
      lead={t("lead")}
    >
      <div className="flex flex-col gap-6">
        <PolicyForm settings={settings} />
        <Sheet title={t("rules")} aside={<AddRule settings={settings} />}>
          {settings.rules.length === 0 ? (
            <p className="px-4 py-4 text-ink-700 sm:px-6">{t("noRules")}</p>
          ) : (
            <ul className="divide-y divide-line">
              {settings.rules.map((rule) => (
                <Rule key={rule.id} rule={rule} classes={settings.classes} />
              ))}
            </ul>
          )}
          <p className="border-t border-line px-4 py-3 text-small text-ink-600 sm:px-6">{t("rulesHint")}</p>
        </Sheet>
        {steps.length > 0 ? (
          <Sheet title={t("required")}>
            <StepList classes={steps} />
            <p className="border-t border-line px-4 py-3 text-small text-ink-600 sm:px-6">
              {t("requiredHint")}
            </p>
          </Sheet>
        ) : null}
        <ProviderSheet {...provider} method="sso" />
        <ProviderSheet {...identity} method="identity-document" />
        <SignatureSheet settings={signatures} />
      </div>
    </Page>
  );
}

interface RuleProps {
  readonly rule: AuthenticationSettings["rules"][number];
  readonly classes: AuthenticationSettings["classes"];
}

/** A rule as a sentence: whoever signs shows at least this, where all of that is so. */
async function Rule({ rule, classes }: RuleProps) {
  const t = await getTranslations("app.signers");
  const people = await getTranslations("app.prepare.people");
  const { id, name, minimum, conditions } = rule;
  const parts = conditions.map(({ about, label, operator, value }) => {
    const what =
      about === "class" ? (classes.find((one) => one.id === value)?.name ?? t("goneClass")) : value;
    return t(`sentences.${about}`, { label, operator: operator.replaceAll("-", "_"), value: what });
  });
  const listed = new Intl.ListFormat("en").format(parts);
  return (
    <li className="flex flex-wrap items-start justify-between gap-3 px-4 py-4 sm:px-6">
      <div className="min-w-0 flex-1 basis-64">
        <p className="font-medium [overflow-wrap:anywhere]">{name}</p>
        <p className="mt-1 text-ink-700 [overflow-wrap:anywhere]">
          {t("sentence", { conditions: listed, asked: people(`checks.${minimum}`) })}
        </p>
      </div>
      <RemoveRule id={id} name={name} />
    </li>
  );
}
