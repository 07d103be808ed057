import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { isSetUp } from "#lib/identity/create-organization.ts";
import { visitor } from "../_server/context.ts";
import { EntryPage } from "../sign-in/entry-page.tsx";
import { WelcomeForm } from "./welcome-form.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("app.welcome"))("title") };
}

export default async function WelcomePage() {
  const { runtime } = await visitor();
  if (await isSetUp(runtime)) redirect("/sign-in");
  const t = await getTranslations("app.welcome");
  const refusals = await getTranslations("refusals");
  const codes = [
    ...["identity/already-set-up", "identity/email-wrong", "identity/password-too-short"],
    ...["identity/password-too-long", "identity/password-too-common", "input/invalid"],
  ] as const;
  return (
    <EntryPage title={t("title")} lead={t("lead")}>
      <WelcomeForm
        words={{
          organization: t("organization"),
          organizationHint: t("organizationHint"),
          name: t("name"),
          email: t("email"),
          password: t("password"),
          passwordHint: t("passwordHint"),
          submit: t("submit"),
        }}
        refusals={Object.fromEntries(codes.map((code) => [code, refusals(code)]))}
      />
    </EntryPage>
  );
}
