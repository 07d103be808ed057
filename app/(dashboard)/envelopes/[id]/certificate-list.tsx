import { BadgeCheck, Stamp } from "lucide-react";
import type { Route } from "next";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { buttonClass } from "#components/ui/button.tsx";
import { HashChip } from "#components/ui/hash-chip.tsx";
import { inGroups } from "#components/ui/in-groups.ts";
import { Instant } from "#components/ui/instant.tsx";
import { Sheet } from "#components/ui/page.tsx";
import { certificateReasons } from "#lib/envelopes/core/certificate-reasons.ts";
import type { CertificateEntry, EnvelopeView } from "#lib/envelopes/get-envelope.ts";
import { publicId } from "#lib/ids.ts";

interface CertificateListProps {
  readonly id: string;
  readonly envelope: EnvelopeView;
}

/** The certificate of every signer and of the seal, to read and to keep. */
export async function CertificateList({ id, envelope }: CertificateListProps) {
  const t = await getTranslations("app.certificates");
  const { certificates, may } = envelope;
  const sorted = [
    ...certificates.filter(({ kind }) => kind === "signer"),
    ...certificates.filter(({ kind }) => kind === "seal"),
  ];
  const reasons = certificateReasons({
    ...{ state: envelope.state, certificates, mayDownload: may.download },
    role: envelope.recipients.map(({ role, finishedAt, isAtProvider }) => ({
      ...{ role, hasSigned: finishedAt !== null && !isAtProvider },
    })),
  });
  return (
    <Sheet title={t("title")}>
      {reasons.length > 0 ? (
        <ul aria-label={t("why")} className="flex flex-col gap-1 px-4 pt-4 text-small text-ink-700 sm:px-6">
          {reasons.map((reason) => (
            <li key={reason}>{t(`reasons.${reason}`)}</li>
          ))}
        </ul>
      ) : null}
      {sorted.length === 0 ? <p className="px-4 py-4 text-ink-700 sm:px-6">{t("none")}</p> : null}
      <ul className="divide-y divide-line">
        {sorted.map((certificate) => (
          <CertificateRow key={certificate.id} id={id} certificate={certificate} mayDownload={may.download} />
        ))}
      </ul>
    </Sheet>
  );
}

interface CertificateRowProps {
  readonly id: string;
  readonly certificate: CertificateEntry;
  readonly mayDownload: boolean;
}

async function CertificateRow({ id, certificate, mayDownload }: CertificateRowProps) {
  const t = await getTranslations("app.certificates");
  const { kind, subject, serial, sha256, notBefore, notAfter } = certificate;
  const folder = `/envelopes/${id}/files/certificates/${publicId("certificate", certificate.id)}`;
  const Icon = kind === "seal" ? Stamp : BadgeCheck;
  const name = /(?:^|, ?)CN=((?:\\.|[^,])+)/.exec(subject)?.[1]?.replaceAll("\\", "") ?? subject;
  return (
    <li className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3 px-4 py-4 sm:px-6">
      <div className="flex min-w-0 flex-1 basis-80 gap-3">
        <Icon aria-hidden="true" className="mt-0.5 size-5 shrink-0 text-action-700" />
        <div className="min-w-0">
          <p className="font-medium [overflow-wrap:anywhere]">
            {name} <span className="text-small font-normal text-ink-600">{t(`kinds.${kind}`)}</span>
          </p>
          <p className="text-small text-ink-600">
            {t("valid")} <Instant at={notBefore.toISOString()} /> – <Instant at={notAfter.toISOString()} />
          </p>
          <p className="text-small text-ink-600 [overflow-wrap:anywhere]">
            {t("serial")} <span className="font-mono">{inGroups(serial)}</span>
          </p>
          <div className="mt-2 text-small">
            <HashChip value={sha256} label={t("hash")} copyLabel={t("copy")} copiedLabel={t("copied")} />
          </div>
        </div>
      </div>
      <div className="flex flex-wrap gap-2">
        <Link
          href={`/certificates/${publicId("certificate", certificate.id)}` as Route}
          prefetch={false}
          className={buttonClass("quiet")}
        >
          {t("view")} <span className="sr-only">{t("viewOf", { name })}</span>
        </Link>
        {mayDownload ? (
          <>
            <a href={`${folder}/der`} download className={buttonClass("secondary")}>
              .cer <span className="sr-only">{t("derOf", { name })}</span>
            </a>
            <a href={`${folder}/pem`} download className={buttonClass("quiet")}>
              .pem <span className="sr-only">{t("pemOf", { name })}</span>
            </a>
          </>
        ) : null}
      </div>
    </li>
  );
}
