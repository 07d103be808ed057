import type { Metadata, Route } from "next";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { buttonClass } from "#components/ui/button.tsx";
import { Page } from "#components/ui/page.tsx";
import { hasPermission } from "#lib/authorize.ts";
import { getOrganization } from "#lib/identity/change-organization.ts";
import { memberContext } from "../../_server/context.ts";
import { answerPage } from "../../_server/page.ts";
import { SettingsForm } from "./settings-form.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("app.organization"))("title") };
}

/** What is settled once for everything the organization sends. */
export default async function OrganizationPage() {
  const ctx = await memberContext();
  const { name, settings } = await answerPage(() => getOrganization(ctx));
  const t = await getTranslations("app.organization");
  return (
    <Page
      title={t("title")}
      lead={name}
      width="reading"
      actions={
        <>
          {hasPermission(ctx.actor, "authentication.manage") ? (
            <Link href={"/organization/signers" as Route} className={buttonClass("secondary")}>
              {t("signersLink")}
            </Link>
          ) : null}
          <Link href={"/organization/anchors" as Route} className={buttonClass("secondary")}>
            {t("anchorsLink")}
          </Link>
          {hasPermission(ctx.actor, "trust-list.manage") ? (
            <Link href={"/organization/trust" as Route} className={buttonClass("secondary")}>
              {t("trustLink")}
            </Link>
          ) : null}
          {hasPermission(ctx.actor, "agreement.manage") ? (
            <Link href={"/organization/agreements" as Route} className={buttonClass("secondary")}>
              {t("agreementsLink")}
            </Link>
          ) : null}
          {hasPermission(ctx.actor, "staging.open") ? (
            <Link href={"/organization/staging" as Route} className={buttonClass("secondary")}>
              {t("stagingLink")}
            </Link>
          ) : null}
          {hasPermission(ctx.actor, "api-key.manage") ? (
            <Link href={"/organization/api-keys" as Route} className={buttonClass("secondary")}>
              {t("apiKeysLink")}
            </Link>
          ) : null}
          {hasPermission(ctx.actor, "retention.read") ? (
            <Link href={"/retention" as Route} className={buttonClass("secondary")}>
              {t("retentionLink")}
            </Link>
          ) : null}
          {hasPermission(ctx.actor, "seal.manage") ? (
            <Link href={"/organization/seal" as Route} className={buttonClass("secondary")}>
              {t("sealLink")}
            </Link>
          ) : null}
        </>
      }
    >
      <SettingsForm
        settings={settings}
        organization={name}
        mailedMegabytes={ctx.runtime.config.limits.mailedBytes / 1024 ** 2}
      />
    </Page>
  );
}
