import { Globe, Lock, TriangleAlert } from "lucide-react";
import { getTranslations } from "next-intl/server";
import { HashChip } from "#components/ui/hash-chip.tsx";
import { Instant } from "#components/ui/instant.tsx";
import { StatusPill } from "#components/ui/status-pill.tsx";
import type { TrustListFacts } from "#lib/evidence/trust/list-trust-lists.ts";

/** Whose list it is, how new, what is in it, and what became of its own signature. */
export async function ListFacts({ list }: { readonly list: TrustListFacts }) {
  const t = await getTranslations("app.trust");
  const { operator, sequence, issuedAt, nextUpdateAt, signature, signerNamedBy } = list;
  const faults = signature.state === "holds" ? (signature.signerFaults ?? []) : [];
  const hash = (value: string, label: string) => (
    <div>
      <p aria-hidden="true" className="text-small text-ink-600">
        {label}
      </p>
      <HashChip value={value} label={label} copyLabel={t("copy")} copiedLabel={t("copied")} />
    </div>
  );
  return (
    <div className="flex flex-col gap-2">
      <p className="flex flex-wrap gap-2">
        <StatusPill tone={list.isOffered ? "info" : "neutral"} icon={list.isOffered ? Globe : Lock}>
          {t(list.isOffered ? "offered" : "members")}
        </StatusPill>
        {list.isOverdue ? (
          <StatusPill tone="warn" icon={TriangleAlert}>
            {t("overdue")}
          </StatusPill>
        ) : null}
      </p>
      <p className="text-small text-ink-700">
        {operator ? `${operator} · ` : ""}
        {sequence === null ? "" : `${t("number", { number: sequence })} · `}
        {issuedAt ? (
          <>
            {t("issued")} <Instant at={issuedAt.toISOString()} /> ·{" "}
          </>
        ) : null}
        {nextUpdateAt ? (
          <>
            {t("next")} <Instant at={nextUpdateAt.toISOString()} /> ·{" "}
          </>
        ) : null}
        {t("imported")} <Instant at={list.createdAt.toISOString()} />
      </p>
      <p className="text-small">
        {t("holds", { signing: list.signing, timestamping: list.timestamping })}
        {list.pointers > 0 ? ` ${t("pointers", { count: list.pointers })}` : ""}
        {list.unreadable > 0 ? ` ${t("unreadable", { count: list.unreadable })}` : ""}
      </p>
      <p className="text-small [overflow-wrap:anywhere]">
        {signature.state === "holds" ? t("signed", { signer: signature.signer }) : t("unchecked")}
        {signerNamedBy ? ` ${t("namedBy", { list: signerNamedBy })}` : ""}
        {signature.state === "holds" && !signerNamedBy ? ` ${t("compare")}` : ""}
      </p>
      {faults.length > 0 ? (
        <div className="text-small text-warn-800">
          <p>{t("notForLists")}</p>
          <ul className="list-disc ps-5">
            {faults.map((fault) => (
              <li key={fault}>{t(`signerFaults.${fault}`)}</li>
            ))}
          </ul>
        </div>
      ) : null}
      {signature.state === "holds" ? hash(signature.certificateSha256, t("signerHash")) : null}
      {hash(list.sha256, t("fileHash"))}
    </div>
  );
}
