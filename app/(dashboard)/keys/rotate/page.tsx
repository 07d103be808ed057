import type { Metadata, Route } from "next";
import Link from "next/link";
import { redirect } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { Page } from "#components/ui/page.tsx";
import { getRotationChoices } from "#lib/signing/get-rotation-choices.ts";
import { memberContext } from "../../../_server/context.ts";
import { answerPage } from "../../../_server/page.ts";
import { ChooseForm } from "./choose-form.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("app.keys.rotation"))("title") };
}

/** The first step of a rotation: where the new key is to be, how it signs, and who certifies it. */
export default async function ChooseRotationPage() {
  const ctx = await memberContext();
  const { openRotationId, brought, ...choices } = await answerPage(() => getRotationChoices(ctx));
  if (openRotationId) redirect(`/keys/rotate/${openRotationId}` as Route);
  const t = await getTranslations("app.keys.rotation");
  return (
    <Page
      width="reading"
      title={t("title")}
      lead={
        <Link href={"/keys" as Route} className="inline-flex min-h-11 items-center sm:min-h-8">
          {t("back")}
        </Link>
      }
    >
      <ChooseForm
        {...choices}
        brought={brought.map(({ id, name, issuer, algorithm, provider }) => ({
          ...{ id, name, issuer: issuer ?? "", algorithm, provider: provider ?? "" },
        }))}
      />
    </Page>
  );
}
