import type { Metadata, Route } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { Page } from "#components/ui/page.tsx";
import { isUuid } from "#lib/ids.ts";
import { type AuthorityFacts, getAuthorityRotation } from "#lib/pki/get-authority-rotations.ts";
import { memberContext } from "../../../../_server/context.ts";
import { answerPage } from "../../../../_server/page.ts";
import { AuthoritySteps } from "./authority-steps.tsx";

interface AuthorityRotationPageProps {
  readonly params: Promise<{ id: string }>;
}

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("app.keys.authorityRotation"))("list") };
}

/** The exchange of an authority of the installation, from what is replaced to the proof that nothing was lost. */
export default async function AuthorityRotationPage({ params }: AuthorityRotationPageProps) {
  const { id } = await params;
  if (!isUuid(id)) notFound();
  const ctx = await memberContext();
  const rotation = await answerPage(() => getAuthorityRotation(ctx, { rotationId: id }));
  const t = await getTranslations("app.keys");
  const { from, to, startedAt, plannedAt, switchedAt, ...rest } = rotation;
  return (
    <Page
      width="reading"
      title={t("authorityRotation.title", { what: t(`kinds.${rotation.kind}`) })}
      lead={
        <Link href={"/keys" as Route} className="inline-flex min-h-11 items-center sm:min-h-8">
          {t("rotation.back")}
        </Link>
      }
    >
      <AuthoritySteps
        rotation={{
          ...{ ...rest, from: shown(from), to: to && shown(to) },
          ...{
            startedAt: startedAt.toISOString(),
            plannedAt: plannedAt?.toISOString() ?? null,
            switchedAt: switchedAt?.toISOString() ?? null,
          },
        }}
      />
    </Page>
  );
}

const shown = ({ notAfter, ...facts }: AuthorityFacts) => ({
  ...{ ...facts, isBrought: false, notAfter: notAfter.toISOString() },
});
