import type { Metadata, Route } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { Page } from "#components/ui/page.tsx";
import { isUuid, publicId } from "#lib/ids.ts";
import { getRotation, type RotationKey, type RotationView } from "#lib/signing/get-rotation.ts";
import { memberContext } from "../../../../_server/context.ts";
import { answerPage } from "../../../../_server/page.ts";
import type { BroughtSealWords } from "../../../organization/seal/brought-card.tsx";
import { RotationSteps } from "./rotation-steps.tsx";

interface RotationPageProps {
  readonly params: Promise<{ id: string }>;
}

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("app.keys.rotation"))("title") };
}

/** The exchange of the seal key, in six steps from what is replaced to the proof that nothing was lost. */
export default async function RotationPage({ params }: RotationPageProps) {
  const { id } = await params;
  if (!isUuid(id)) notFound();
  const ctx = await memberContext();
  const rotation = await answerPage(() => getRotation(ctx, { rotationId: id }));
  if (!rotation) notFound();
  const t = await getTranslations("app.keys.rotation");
  const { from, to, seal, startedAt, switchAt, overlapUntil, ...rest } = rotation;
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
      <RotationSteps
        rotation={{
          ...{
            ...rest,
            from: keyView(from),
            to: keyView(to),
            seal: sealView(seal),
            startedAt: startedAt.toISOString(),
          },
          switchAt: switchAt?.toISOString() ?? null,
          overlapUntil: overlapUntil?.toISOString() ?? null,
        }}
      />
    </Page>
  );
}

const sealView = (seal: RotationView["seal"]) =>
  seal && (JSON.parse(JSON.stringify(seal)) as BroughtSealWords);

const keyView = (key: RotationKey | null) =>
  key && {
    ...{
      subject: key.subject,
      issuer: key.issuer,
      isBrought: key.isBrought,
      algorithm: key.algorithm,
      provider: key.provider,
      sha256: key.sha256,
    },
    ...{ serial: key.serial, notAfter: key.notAfter.toISOString() },
    certificateId: publicId("certificate", key.certificateId),
    testId: key.testId,
  };
