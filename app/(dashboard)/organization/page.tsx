import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { Page } from "#components/ui/page.tsx";
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
    <Page title={t("title")} lead={name} width="reading">
      <SettingsForm settings={settings} organization={name} />
    </Page>
  );
}
