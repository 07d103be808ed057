import { Archive, BadgeCheck, Ban, Clock, KeyRound, ShieldAlert, Sparkles } from "lucide-react";
import type { Route } from "next";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { Instant } from "#components/ui/instant.tsx";
import { StatusPill } from "#components/ui/status-pill.tsx";
import { publicId } from "#lib/ids.ts";
import type { KeyItem } from "#lib/signing/keys/list-keys.ts";
import { AuthorityActs } from "./authority-acts.tsx";
import { CompromisedButton } from "./compromised-button.tsx";

const LOOKS = {
  "in-use": { tone: "good", icon: BadgeCheck },
  new: { tone: "info", icon: Sparkles },
  replaced: { tone: "neutral", icon: Archive },
  compromised: { tone: "bad", icon: ShieldAlert },
  revoked: { tone: "bad", icon: Ban },
  away: { tone: "info", icon: KeyRound },
  expired: { tone: "neutral", icon: Clock },
} as const;

/** One key: what it is, how it stands, until when, and what can be done with it. */
export async function KeyRow({ item, isRootAway }: { readonly item: KeyItem; readonly isRootAway: boolean }) {
  const t = await getTranslations("app.keys");
  const algorithms = await getTranslations("app.keyExports.algorithms");
  const { kind, name, state, until, urgency, certificateId, authorityId, provider } = item;
  // Seals have the names of our ports, authorities those of their certificates.
  const algorithm = algorithms.has(item.algorithm) ? algorithms(item.algorithm) : item.algorithm;
  const isCurrent = state === "in-use" || state === "away";
  return (
    <li className="grid gap-x-6 gap-y-2 px-4 py-4 sm:px-6 md:grid-cols-[minmax(0,1fr)_15rem_14rem] md:items-start">
      <div className="min-w-0">
        <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <span className="font-medium">{t(`kinds.${kind}`)}</span>
          <StatusPill {...LOOKS[state]}>{t(`states.${state}`)}</StatusPill>
        </p>
        <p className="mt-1 text-small [overflow-wrap:anywhere] text-ink-700">{commonName(name)}</p>
        <p className="text-small text-ink-600">
          {t("where", { provider: t(`providers.${providerName(provider)}`), algorithm })}
          {item.signatures === null ? null : ` · ${t("signatures", { count: item.signatures })}`}
        </p>
        {state !== "compromised" ? (
          <p className="text-small text-ink-600">
            {t(
              kind === "seal" && item.isExportable
                ? "mayLeave"
                : item.isExportable
                  ? "rootLeaves"
                  : "neverLeaves",
            )}
          </p>
        ) : null}
        {item.isForbidden ? <p className="text-small font-medium text-bad-700">{t("forbidden")}</p> : null}
        <details>
          <summary className="min-h-11 cursor-pointer py-2 text-small sm:min-h-8 sm:py-1">
            {t("more")}
          </summary>
          <dl className="grid gap-x-4 gap-y-1 pb-2 text-small sm:grid-cols-[7rem_1fr]">
            {(
              [
                ["owner", item.owner ?? t("installation")],
                ["uses", t(`use.${kind}`)],
                ["rights", item.rights.map((right) => t(`right.${right}`)).join(" ") || t("right.none")],
              ] as const
            ).map(([label, value]) => (
              <div key={label} className="contents">
                <dt className="text-ink-600">{t(label)}</dt>
                <dd className="[overflow-wrap:anywhere]">{value}</dd>
              </div>
            ))}
          </dl>
          {item.testId ? (
            <Link
              href={`/keys/tests/${item.testId}` as Route}
              prefetch={false}
              className="inline-flex min-h-11 items-center text-small sm:min-h-8"
            >
              {t("testReport")}
            </Link>
          ) : null}
        </details>
        {certificateId && (item.signatures ?? 0) > 0 ? (
          <Link
            href={`/keys/signed/${publicId("certificate", certificateId)}` as Route}
            prefetch={false}
            className="inline-flex min-h-11 items-center text-small sm:min-h-8"
          >
            {t("showSigned")}
          </Link>
        ) : null}
      </div>
      <div className="text-small">
        <p className={isCurrent && urgency !== "calm" ? "font-medium text-warn-800" : "text-ink-700"}>
          {t("until")} <Instant at={until.toISOString()} />
        </p>
        {item.lastUsedAt ? (
          <p className="text-ink-600">
            {t("lastUsed")} <Instant at={item.lastUsedAt.toISOString()} />
          </p>
        ) : null}
        {isCurrent && item.listUntil ? (
          <p className="text-ink-600">
            {t("listUntil")} <Instant at={item.listUntil.toISOString()} />
          </p>
        ) : null}
      </div>
      <div className="flex flex-wrap gap-2 md:justify-end">
        {certificateId && state !== "compromised" && state !== "revoked" ? (
          <CompromisedButton id={publicId("certificate", certificateId)} name={commonName(name)} />
        ) : null}
        {authorityId && kind !== "cross" ? (
          <AuthorityActs
            id={authorityId}
            kind={kind}
            isInUse={isCurrent}
            mayRotate={
              isCurrent && !(isRootAway && (kind === "issuing" || kind === "tsa" || kind === "root"))
            }
            mayRevoke={
              kind !== "root" && state !== "revoked" && state !== "expired" && !(isCurrent && isRootAway)
            }
          />
        ) : null}
      </div>
    </li>
  );
}

const KNOWN = ["software", "aws-kms", "pkcs11", "vault", "google-kms", "azure-key-vault", "csc"] as const;
const providerName = (name: string) => KNOWN.find((known) => known === name) ?? "other";

/** `CN=Harbour Street Studio,O=…` → `Harbour Street Studio` (RFC 4514). */
function commonName(subject: string): string {
  const found = /(?:^|,)CN=((?:\\.|[^,\\])+)/.exec(subject)?.[1];
  return found ? found.replace(/\\(.)/g, "$1") : subject;
}
