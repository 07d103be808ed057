import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { isSetUp } from "#lib/identity/create-organization.ts";
import { currentSession, visitor } from "../_server/context.ts";
import { EntryPage } from "./entry-page.tsx";
import { SignInForm } from "./sign-in-form.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("app.signIn"))("title") };
}

export default async function SignInPage() {
  const { runtime } = await visitor();
  if (!(await isSetUp(runtime))) redirect("/welcome");
  if (await currentSession()) redirect("/");
  const t = await getTranslations("app.signIn");
  const refusals = await getTranslations("refusals");
  return (
    <EntryPage title={t("title")}>
      <SignInForm
        words={{
          email: t("email"),
          password: t("password"),
          submit: t("submit"),
          linkInstead: t("linkInstead"),
          linkSent: t.raw("linkSent") as string,
        }}
        refusals={{
          "identity/sign-in-refused": refusals("identity/sign-in-refused"),
          "identity/account-locked": refusals("identity/account-locked"),
          "identity/too-many-tries": refusals("identity/too-many-tries"),
          "identity/token-refused": refusals("identity/token-refused"),
          "input/invalid": refusals("input/invalid"),
        }}
      />
    </EntryPage>
  );
}
