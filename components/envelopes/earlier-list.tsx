"use client";

import { BadgeCheck, ChevronDown, ShieldAlert, ShieldQuestion } from "lucide-react";
import { useFormatter, useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { HashChip } from "#components/ui/hash-chip.tsx";
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
    <details className="group min-w-0 basis-full text-small text-ink-700" open={broken > 0}>
      <summary className="flex min-h-8 cursor-pointer items-center gap-1.5">
        {broken > 0 ? (
          <ShieldAlert aria-hidden="true" className="size-4 shrink-0 text-bad-700" />
        ) : (
          <BadgeCheck aria-hidden="true" className="size-4 shrink-0 text-info-700" />
        )}
        {t("summary", { count: signatures.length, broken })}
        <ChevronDown aria-hidden="true" className="size-4 shrink-0 text-ink-600 group-open:rotate-180" />
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
      <p className="mt-1 ps-5">{t("read", { at: format.dateTime(new Date(readAt), MOMENT) })}</p>
    </details>
  );
}

const MOMENT = {
  year: "numeric",
  month: "short",
  day: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  timeZoneName: "short",
} as const;

function Fact({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <div className="flex flex-wrap items-baseline gap-x-2">
      <dt className="text-ink-600">{label}</dt>
      <dd className="min-w-0 [overflow-wrap:anywhere]">{children}</dd>
    </div>
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
              at: format.dateTime(new Date(at), MOMENT),
            })}`}
      </p>
      <p className={`flex items-start gap-1.5 ${TONES[verdict]}`}>
        <Sign aria-hidden="true" className="mt-0.5 size-4 shrink-0" />
        {isIntact ? t(`verdicts.${verdict}`) : t("changed")}
      </p>
      {certificate ? (
        <dl className="mt-1 flex flex-col gap-1">
          <Fact label={t("certificate")}>{certificate.subject}</Fact>
          <Fact label={t("issuer")}>{certificate.issuer}</Fact>
          <Fact label={t("valid")}>
            {t("validity", { from: day(certificate.notBefore), to: day(certificate.notAfter) })}
          </Fact>
          <Fact label={t("serial")}>
            <span className="font-mono">{certificate.serial}</span>
          </Fact>
          <Fact label={t("sha256")}>
            <HashChip
              value={certificate.sha256}
              label={t("hash")}
              copyLabel={t("copy")}
              copiedLabel={t("copied")}
            />
          </Fact>
        </dl>
      ) : (
        <p>{t("noCertificate")}</p>
      )}
    </>
  );
}
