"use client";

import { BadgeCheck, ShieldAlert, ShieldQuestion } from "lucide-react";
import { useFormatter, useTranslations } from "next-intl";
import type {
  EarlierSignature,
  EarlierSignatures,
} from "#lib/envelopes/core/documents/earlier-signatures.ts";

export interface EarlierListProps {
  readonly earlier: EarlierSignatures & { readonly areKept: boolean };
}

/** The signatures a document came with, valid or not, and what their certificates say. */
export function EarlierList({ earlier }: EarlierListProps) {
  const t = useTranslations("app.prepare.documents.earlier");
  const format = useFormatter();
  const { signatures, readAt, areKept } = earlier;
  const broken = signatures.filter(({ isIntact, verdict }) => !isIntact || verdict === "failed").length;
  return (
    <details className="min-w-0 basis-full text-small text-ink-700" open={broken > 0}>
      <summary className="flex min-h-8 items-center gap-1.5">
        {broken > 0 ? (
          <ShieldAlert aria-hidden="true" className="size-4 shrink-0 text-bad-700" />
        ) : (
          <BadgeCheck aria-hidden="true" className="size-4 shrink-0 text-info-700" />
        )}
        {t("summary", { count: signatures.length, broken })}
      </summary>
      <ol className="mt-1 flex flex-col gap-2 ps-5">
        {signatures.map((signature, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the list of one file never changes
          <li key={index}>
            <Signature signature={signature} />
          </li>
        ))}
      </ol>
      <p className="mt-2 ps-5">{t(areKept ? "kept" : "flattened", { count: signatures.length })}</p>
      <p className="mt-1 ps-5">
        {t("read", { at: format.dateTime(new Date(readAt), { dateStyle: "medium", timeStyle: "short" }) })}
      </p>
    </details>
  );
}

const SIGNS = { passed: BadgeCheck, indeterminate: ShieldQuestion, failed: ShieldAlert } as const;
const TONES = { passed: "text-good-700", indeterminate: "text-warn-800", failed: "text-bad-700" } as const;

function Signature({ signature }: { readonly signature: EarlierSignature }) {
  const t = useTranslations("app.prepare.documents.earlier");
  const format = useFormatter();
  const { kind, name, at, isTimeProven, isIntact, certificate } = signature;
  const verdict = isIntact ? signature.verdict : "failed";
  const Sign = SIGNS[verdict];
  const day = (iso: string) => format.dateTime(new Date(iso), { dateStyle: "medium" });
  return (
    <>
      <p className="font-medium [overflow-wrap:anywhere]">
        {t(`kinds.${kind}`, { name: name || t("nobody") })}
        {at === null
          ? null
          : ` ${t("at", {
              proven: isTimeProven ? "yes" : "no",
              at: format.dateTime(new Date(at), { dateStyle: "medium", timeStyle: "short" }),
            })}`}
      </p>
      <p className={`flex items-start gap-1.5 ${TONES[verdict]}`}>
        <Sign aria-hidden="true" className="mt-0.5 size-4 shrink-0" />
        {isIntact ? t(`verdicts.${verdict}`) : t("changed")}
      </p>
      <p className="[overflow-wrap:anywhere]">
        {certificate
          ? t("certificate", {
              ...{ subject: certificate.subject, issuer: certificate.issuer },
              ...{ serial: certificate.serial, sha256: certificate.sha256 },
              ...{ from: day(certificate.notBefore), to: day(certificate.notAfter) },
            })
          : t("noCertificate")}
      </p>
    </>
  );
}
