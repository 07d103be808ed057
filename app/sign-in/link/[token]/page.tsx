import { getTranslations } from "next-intl/server";
import { EntryPage } from "../../entry-page.tsx";
import { LinkForm } from "./link-form.tsx";

/** A link from a mail opens nothing by being fetched: the person presses the button. */
export default async function SignInLinkPage({ params }: { params: Promise<{ token: string }> }) {
  const { token } = await params;
  const t = await getTranslations("app.signIn");
  const refusals = await getTranslations("refusals");
  return (
    <EntryPage title={t("linkHeading")} lead={t("linkLead")}>
      <LinkForm
        token={token}
        words={{ submit: t("linkButton"), refused: refusals("identity/token-refused"), back: t("back") }}
      />
    </EntryPage>
  );
}
