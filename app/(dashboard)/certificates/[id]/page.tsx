import { Download } from "lucide-react";
import type { Metadata, Route } from "next";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { CertificateSheet } from "#components/certificates/certificate-sheet.tsx";
import { buttonClass } from "#components/ui/button.tsx";
import { HashChip } from "#components/ui/hash-chip.tsx";
import { Instant } from "#components/ui/instant.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { Page, Sheet } from "#components/ui/page.tsx";
import { getCertificateChecks } from "#lib/evidence/certificate-checks/get-checks.ts";
import {
  type CertificateDetails,
  getCertificate,
  type SignedDocument,
} from "#lib/evidence/get-certificate.ts";
import { publicId } from "#lib/ids.ts";
import { isIdentityVerified } from "#lib/pki/core/certificates/profiles.ts";
import { memberContext } from "../../../_server/context.ts";
import { answerPage } from "../../../_server/page.ts";
import { certificateIdIn } from "../../../_server/params.ts";
import { Gated } from "../../reason/gated.tsx";
import { CheckSheet } from "./check-sheet.tsx";
import { RevocationSheet } from "./revocation-sheet.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("app.certificateView"))("title") };
}

const FORMS = ["der", "pem", "p7b", "json", "pdf"] as const;

/** One certificate of the index: what it says, what it signed, and files of it. */
export default async function CertificatePage({
  params,
  searchParams,
}: {
  params: Promise<{ id: string }>;
  searchParams: Promise<{ after?: string | string[] }>;
}) {
  const { id } = await params;
  const { after } = await searchParams;
  const cursor = typeof after === "string" ? after.slice(0, 200) : null;
  const ctx = await memberContext();
  const t = await getTranslations("app.certificateView");
  const checks = await answerPage(() => getCertificateChecks(ctx, { certificateId: certificateIdIn(id) }));
  const details = await answerPage(() => getCertificate(ctx, { certificateId: certificateIdIn(id), cursor }));
  const { view, chain, kind, envelope, capture, revocation, may } = details;
  return (
    <Gated purpose="download" id={envelope ? publicId("envelope", envelope.id) : null}>
      <Page
        title={view.headline.who}
        lead={
          <>
            {t(`kinds.${kind}`)}
            {envelope ? (
              <>
                {" · "}
                <Link href={`/envelopes/${publicId("envelope", envelope.id)}` as Route} className="underline">
                  {envelope.title || t("untitled")}
                </Link>
              </>
            ) : null}
          </>
        }
        actions={
          may.download
            ? FORMS.map((form) => (
                <a
                  key={form}
                  href={`/certificates/${id}/files/${form}`}
                  download
                  className={buttonClass("secondary")}
                >
                  <Download aria-hidden="true" className="size-4" />
                  {t(`forms.${form}`)}
                </a>
              ))
            : t("mayNotDownload")
        }
      >
        <div className="flex flex-col gap-4">
          <Capture capture={capture} />
          {kind === "signer" && !isIdentityVerified(view.policies.map(({ code }) => code)) ? (
            <Notice tone="info">{t("notVerified")}</Notice>
          ) : null}
          <CertificateSheet view={view} chain={chain} now={ctx.now().toISOString()} />
          <RevocationSheet revocation={revocation} who={view.headline.who} askId={may.ask ? id : null} />
          <CheckSheet {...checks} />
          {kind === "signer" || kind === "seal" ? (
            <SignedSheet id={id} details={details} isFirst={cursor === null} />
          ) : null}
        </div>
      </Page>
    </Gated>
  );
}

/** Whether it was captured at completion, by which rule or why not. */
async function Capture({ capture }: Pick<CertificateDetails, "capture">) {
  if (!capture) return null;
  const t = await getTranslations("app.certificateView");
  const { isCaptured, ruleName: rule, reason } = capture;
  if (!isCaptured) return <Notice tone="warn">{t("notCaptured", { reason: reason ?? "" })}</Notice>;
  return <p className="text-small text-ink-700">{rule ? t("capturedBy", { rule }) : t("captured")}</p>;
}

interface SignedSheetProps {
  readonly id: string;
  readonly details: CertificateDetails;
  readonly isFirst: boolean;
}

async function SignedSheet({ id, details, isFirst }: SignedSheetProps) {
  const t = await getTranslations("app.certificateView");
  const { signed, signedTotal: count, nextCursor, may } = details;
  return (
    <Sheet title={t("signed")} aside={<span className="text-small">{t("signedCount", { count })}</span>}>
      {signed.length === 0 ? <p className="px-4 py-3 text-ink-700 sm:px-6">{t("nothingSigned")}</p> : null}
      <ul aria-label={t("signed")} className="divide-y divide-line">
        {signed.map((one) => (
          <SignedRow key={one.signatureId} one={one} mayDownload={may.download} />
        ))}
      </ul>
      {nextCursor || !isFirst ? (
        <nav
          aria-label={t("signed")}
          className="flex flex-wrap justify-end gap-3 border-t border-line px-4 py-3 sm:px-6"
        >
          {isFirst ? null : (
            <Link href={`/certificates/${id}` as Route} className={buttonClass("quiet")}>
              {t("firstSigned")}
            </Link>
          )}
          {nextCursor ? (
            <Link
              href={`/certificates/${id}?${new URLSearchParams({ after: nextCursor })}` as Route}
              className={buttonClass("secondary")}
            >
              {t("moreSigned")}
            </Link>
          ) : null}
        </nav>
      ) : null}
    </Sheet>
  );
}

async function SignedRow({
  one,
  mayDownload,
}: {
  readonly one: SignedDocument;
  readonly mayDownload: boolean;
}) {
  const t = await getTranslations("app.certificateView");
  const { documentId, documentName, envelopeId, envelopeTitle, revision, sha256, signedAt } = one;
  const envelope = publicId("envelope", envelopeId);
  const file = `/envelopes/${envelope}/files/signatures/${publicId("document", documentId)}/${revision}`;
  return (
    <li className="flex flex-wrap items-start justify-between gap-x-6 gap-y-2 px-4 py-3 sm:px-6">
      <div className="min-w-0 flex-1 basis-72">
        <p className="font-medium [overflow-wrap:anywhere]">
          {documentName} <span className="font-normal text-ink-600">{t("revision", { revision })}</span>
        </p>
        <p className="text-small text-ink-600 [overflow-wrap:anywhere]">
          <Link href={`/envelopes/${envelope}` as Route} prefetch={false} className="underline">
            {envelopeTitle || t("untitled")}
          </Link>{" "}
          · <Instant at={signedAt.toISOString()} />
        </p>
        <div className="mt-2">
          <HashChip
            value={sha256}
            label={t("documentHash")}
            copyLabel={t("copy")}
            copiedLabel={t("copied")}
          />
        </div>
      </div>
      {mayDownload ? (
        <a href={file} download className={buttonClass("secondary")}>
          .p7s <span className="sr-only">{t("signatureOf", { name: documentName, revision })}</span>
        </a>
      ) : null}
    </li>
  );
}
