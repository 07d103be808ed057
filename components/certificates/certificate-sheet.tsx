"use client";

import { BadgeCheck, Ban, CircleAlert, CircleX, Clock, type LucideIcon, ShieldQuestion } from "lucide-react";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { HashChip } from "#components/ui/hash-chip.tsx";
import { inGroups } from "#components/ui/in-groups.ts";
import { Instant } from "#components/ui/instant.tsx";
import { Sheet } from "#components/ui/page.tsx";
import { type PillTone, StatusPill } from "#components/ui/status-pill.tsx";
import type { CertificateView, CodeWords, NameRow } from "#lib/pki/core/view/certificate-view.ts";
import type { ChainView } from "#lib/pki/core/view/inspect.ts";
import { ValidityBar } from "./validity-bar.tsx";

interface CertificateSheetProps {
  readonly view: CertificateView;
  readonly chain: ChainView;
  /** When the page was made, ISO 8601. */
  readonly now: string;
}

const LOOKS: Readonly<Record<CertificateView["headline"]["status"], { tone: PillTone; icon: LucideIcon }>> = {
  valid: { tone: "good", icon: BadgeCheck },
  expired: { tone: "neutral", icon: Clock },
  "not-yet-valid": { tone: "warn", icon: Clock },
  revoked: { tone: "bad", icon: Ban },
};

/** Everything a certificate says: one line for everybody first, then what it rests on. */
export function CertificateSheet({ view, chain, now }: CertificateSheetProps) {
  const t = useTranslations("app.certificateView");
  const { headline, validity, key, signature, fingerprints } = view;
  return (
    <div className="flex flex-col gap-4">
      <section
        aria-label={t("summary")}
        className="flex flex-col gap-3 rounded-card border border-line bg-paper p-4 sm:p-6"
      >
        <div className="flex flex-wrap gap-2">
          <StatusPill {...LOOKS[headline.status]}>{t(`statuses.${headline.status}`)}</StatusPill>
          <StatusPill
            tone={headline.isOurs ? "good" : "neutral"}
            icon={headline.isOurs ? BadgeCheck : ShieldQuestion}
          >
            {headline.isOurs ? t("ours") : t("notOurs")}
          </StatusPill>
        </div>
        <p className="max-w-[72ch] text-lead [overflow-wrap:anywhere]">{headline.words}</p>
        <ValidityBar from={validity.notBefore} until={validity.notAfter} now={now} />
      </section>
      <Findings title={t("findings")} findings={view.findings} />
      <div className="grid gap-4 lg:grid-cols-2">
        <Sheet title={t("subject")}>
          <NameRows rows={view.subject} none={t("noName")}>
            {view.alternativeNames.length > 0 ? (
              <Row label={t("otherNames")}>
                <Lines lines={view.alternativeNames} />
              </Row>
            ) : null}
          </NameRows>
        </Sheet>
        <Sheet title={t("issuer")}>
          <NameRows rows={view.issuer} none={t("noName")} />
        </Sheet>
        <Sheet title={t("validity")}>
          <Rows>
            <Row label={t("from")}>
              <Instant at={validity.notBefore} withSeconds />
            </Row>
            <Row label={t("until")}>
              <Instant at={validity.notAfter} withSeconds />
            </Row>
            <Row label={t("serial")}>
              <span className="font-mono text-mono">{inGroups(view.serialHex)}</span>
            </Row>
            <Row label={t("version")}>{view.version}</Row>
          </Rows>
        </Sheet>
        <Sheet title={t("key")}>
          <Rows>
            <Row label={t("keyKind")}>{key.name}</Row>
            <Row label={t("strength")}>{t(`strengths.${key.strength}`, { bits: key.strengthBits ?? 0 })}</Row>
            <Row label={t("signedWith")}>
              {signature.algorithm} · {t(`checks.${signature.check}`)}
            </Row>
          </Rows>
        </Sheet>
      </div>
      <Sheet title={t("uses")}>
        <Rows>
          <Row label={t("usages")}>
            <CodeLines list={view.usages} none={t("anyUsage")} />
          </Row>
          <Row label={t("purposes")}>
            <CodeLines list={view.purposes} none={t("anyPurpose")} />
          </Row>
          <Row label={t("policies")}>
            <CodeLines list={view.policies} none={t("noPolicy")} />
          </Row>
          {view.authorizingEventSha256 ? (
            <Row label={t("event")}>
              <HashChip
                value={view.authorizingEventSha256}
                label={t("event")}
                copyLabel={t("copy")}
                copiedLabel={t("copied")}
              />
            </Row>
          ) : null}
        </Rows>
      </Sheet>
      <ChainSheet chain={chain} />
      <Sheet title={t("fingerprints")}>
        <Rows>
          {(["sha256", "sha1"] as const).map((name) => (
            <Row key={name} label={name === "sha256" ? "SHA-256" : "SHA-1"}>
              <HashChip
                value={fingerprints[name]}
                label={name === "sha256" ? "SHA-256" : "SHA-1"}
                copyLabel={t("copy")}
                copiedLabel={t("copied")}
                isFull
              />
            </Row>
          ))}
        </Rows>
      </Sheet>
      <Sheet title={t("extensions")}>
        {view.extensions.length === 0 ? <p className="px-4 py-3 sm:px-6">{t("noExtensions")}</p> : null}
        <Rows>
          {view.extensions.map(({ oid, name, isCritical, words }) => (
            <Row
              key={oid}
              label={name}
              aside={
                <>
                  <span className="font-mono text-mono">{oid}</span>
                  {isCritical ? ` · ${t("critical")}` : ""}
                </>
              }
            >
              <Lines lines={words} />
            </Row>
          ))}
        </Rows>
      </Sheet>
    </div>
  );
}

function ChainSheet({ chain }: { readonly chain: ChainView }) {
  const t = useTranslations("app.certificateView");
  return (
    <Sheet title={t("chain")}>
      <ol className="flex flex-col gap-1 px-4 py-3 sm:px-6">
        {chain.links.map(({ who, sha256 }, depth) => (
          <li
            key={sha256}
            className="[overflow-wrap:anywhere]"
            style={{ paddingInlineStart: `${depth * 20}px` }}
          >
            {depth > 0 ? <span aria-hidden="true">↳ </span> : null}
            {depth > 0 ? <span className="sr-only">{t("issuedBy")} </span> : null}
            {who}
          </li>
        ))}
      </ol>
      <p className="px-4 pb-3 text-small text-ink-700 sm:px-6">{t(`ends.${chain.endsAt}`)}</p>
      {chain.findings.length > 0 ? (
        <div className="px-4 pb-4 sm:px-6">
          <Findings title={t("chainFindings")} findings={chain.findings} />
        </div>
      ) : null}
    </Sheet>
  );
}

export function Findings({
  title,
  findings,
}: {
  readonly title: string;
  readonly findings: CertificateView["findings"];
}) {
  const t = useTranslations("app.certificateView");
  if (findings.length === 0) return null;
  return (
    <ul aria-label={title} className="flex flex-col gap-2">
      {findings.map(({ code, severity, message }) => {
        const isError = severity === "error";
        const Icon = isError ? CircleX : CircleAlert;
        const look = isError
          ? "border-bad-700 bg-bad-50 text-bad-700"
          : "border-warn-800 bg-warn-50 text-warn-800";
        return (
          <li
            key={`${code} ${message}`}
            className={`flex gap-3 rounded-control border-s-4 px-4 py-3 ${look}`}
          >
            <Icon aria-hidden="true" className="mt-0.5 size-5 shrink-0" />
            <span className="min-w-0 [overflow-wrap:anywhere]">
              <span className="sr-only">{t(isError ? "error" : "warning")}: </span>
              {message}
            </span>
          </li>
        );
      })}
    </ul>
  );
}

const Rows = ({ children }: { readonly children: ReactNode }) => (
  <dl className="divide-y divide-line">{children}</dl>
);

interface RowProps {
  readonly label: string;
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}

function Row({ label, aside, children }: RowProps) {
  return (
    <div className="grid gap-x-4 gap-y-1 px-4 py-2.5 sm:grid-cols-[minmax(0,14rem)_minmax(0,1fr)] sm:px-6">
      <dt className="text-small text-ink-600">
        {label}
        {aside ? <span className="block [overflow-wrap:anywhere]">{aside}</span> : null}
      </dt>
      <dd className="min-w-0 [overflow-wrap:anywhere]">{children}</dd>
    </div>
  );
}

interface NameRowsProps {
  readonly rows: readonly NameRow[];
  readonly none: string;
  readonly children?: ReactNode;
}

function NameRows({ rows, none, children }: NameRowsProps) {
  const t = useTranslations("app.certificateView.attributes");
  const labelOf = (attribute: string) => (t.has(attribute as "CN") ? t(attribute as "CN") : attribute);
  if (rows.length === 0 && !children) return <p className="px-4 py-3 text-ink-700 sm:px-6">{none}</p>;
  return (
    <Rows>
      {rows.map(({ attribute, value }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: an attribute may stand twice, and the order is the name's own
        <Row key={index} label={labelOf(attribute)}>
          {value}
        </Row>
      ))}
      {children}
    </Rows>
  );
}

const Lines = ({ lines }: { readonly lines: readonly string[] }) => (
  <ul>
    {lines.map((line) => (
      <li key={line}>{line}</li>
    ))}
  </ul>
);

function CodeLines({ list, none }: { readonly list: readonly CodeWords[]; readonly none: string }) {
  if (list.length === 0) return none;
  return (
    <ul>
      {list.map(({ code, words }) => (
        <li key={code}>
          {words} <span className="font-mono text-mono text-ink-600">{code}</span>
        </li>
      ))}
    </ul>
  );
}
