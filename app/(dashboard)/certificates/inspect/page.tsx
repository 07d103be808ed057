import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { Page } from "#components/ui/page.tsx";
import { MAX_BROUGHT_BYTES } from "#lib/pki/core/view/read-any.ts";
import { memberContext } from "../../../_server/context.ts";
import { InspectDesk } from "./inspect-desk.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("app.inspect"))("title") };
}

/** Where a member reads any certificate. */
export default async function InspectPage() {
  await memberContext();
  const t = await getTranslations("app.inspect");
  return (
    <Page title={t("title")} lead={t("lead")}>
      <InspectDesk limitBytes={MAX_BROUGHT_BYTES} />
    </Page>
  );
}
