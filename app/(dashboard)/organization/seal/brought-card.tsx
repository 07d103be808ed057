"use client";

import { BadgeCheck, Clock, FileKey, type LucideIcon, TriangleAlert } from "lucide-react";
import type { Route } from "next";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { buttonClass } from "#components/ui/button.tsx";
import { Instant } from "#components/ui/instant.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { type PillTone, StatusPill } from "#components/ui/status-pill.tsx";
import { isExportable } from "#lib/signing/core/key-export.ts";
import type { BroughtSeal } from "#lib/signing/seals/list-seals.ts";
import { ActButton } from "./act-button.tsx";
import { AnswerForm } from "./answer-form.tsx";
import { algorithmWords, providerWords } from "./key-words.ts";

/** As it comes over the wire: instants are ISO 8601. */
export type BroughtSealWords = Omit<BroughtSeal, "notAfter" | "createdAt"> & {
  readonly notAfter: string | null;
  readonly createdAt: string;
};

type Stage = "making" | "requested" | "testing" | "failed" | "tested" | "active" | "replaced";

const LOOKS: Readonly<Record<Stage, { tone: PillTone; icon: LucideIcon }>> = {
  making: { tone: "info", icon: Clock },
  requested: { tone: "info", icon: FileKey },
  testing: { tone: "info", icon: Clock },
  failed: { tone: "bad", icon: TriangleAlert },
  tested: { tone: "good", icon: BadgeCheck },
  active: { tone: "good", icon: BadgeCheck },
  replaced: { tone: "neutral", icon: Clock },
};

function stageOf({ state, checks }: BroughtSealWords): Stage {
  if (state === "key-wanted") return "making";
  if (state === "key-made") return "requested";
  if (state === "certified") return checks === null ? "testing" : "failed";
  return state === "active" || state === "replaced" ? state : "tested";
}

/** A key on its way to be the seal: where it stands, and the next thing to do. */
export function BroughtCard({ seal }: { readonly seal: BroughtSealWords }) {
  const t = useTranslations("app.seal");
  const { id, name, origin, issuer, notAfter, algorithm, provider, checks, waitingFor, isRenewal } = seal;
  const { rotationId } = seal;
  const stage = stageOf(seal);
  const isRequested = origin === "request" || origin === "chosen";
  return (
    <li className="flex flex-col gap-3 px-4 py-4 sm:px-6">
      <div className="flex flex-wrap items-start justify-between gap-3">
        <div className="min-w-0">
          <p className="font-medium [overflow-wrap:anywhere]">{name}</p>
          <p className="text-small text-ink-600">
            {t(`origins.${origin}`)}
            {issuer ? ` · ${t("issuedBy", { issuer })}` : ""}
            {notAfter ? (
              <>
                {" "}
                · {t("until")} <Instant at={notAfter} />
              </>
            ) : null}
          </p>
          {provider ? (
            <p className="text-small text-ink-600">
              {t("keyIn", { algorithm: algorithmWords(t, algorithm), provider: providerWords(t, provider) })}{" "}
              {t(isExportable(provider) ? "canLeave" : "cannotLeave")}
            </p>
          ) : null}
        </div>
        <StatusPill {...LOOKS[stage]}>{t(`stages.${stage}`)}</StatusPill>
      </div>
      {rotationId ? (
        <p>
          <Link href={`/keys/rotate/${rotationId}` as Route} className="inline-flex min-h-11 items-center">
            {t("inRotation")}
          </Link>
        </p>
      ) : null}
      <p className="text-ink-700">
        {isRenewal && !["active", "replaced"].includes(stage) ? `${t("isRenewal")} ` : ""}
        {t(stage === "making" && origin === "import" ? "next.moving" : `next.${stage}`)}
      </p>
      {waitingFor ? <Notice tone="warn">{t("waits", { code: waitingFor })}</Notice> : null}
      {checks ? <BroughtChecks checks={checks} /> : null}
      {isRequested && ["requested", "failed"].includes(stage) ? <AnswerForm sealId={id} /> : null}
      <div className="flex flex-wrap gap-2">
        {(stage === "tested" || stage === "replaced") && !rotationId ? (
          <ActButton verb="activate" id={id} label={t("activate")} kind="primary" />
        ) : null}
        {isRequested && stage !== "making" ? (
          <a href={`/organization/seal/${id}/request`} download className={buttonClass("secondary")}>
            {t("download")}
          </a>
        ) : null}
        {stage === "failed" || stage === "tested" ? (
          <ActButton verb="repeat" id={id} label={t("repeat")} />
        ) : null}
        {stage !== "active" && !rotationId ? (
          <ActButton verb="drop" id={id} label={t("drop")} kind="quiet" />
        ) : null}
      </div>
    </li>
  );
}

/** What a test signing found, field by field. */
export function BroughtChecks({ checks }: { readonly checks: NonNullable<BroughtSealWords["checks"]> }) {
  const t = useTranslations("app.seal");
  const failed = checks.filter(({ isGood }) => !isGood);
  return (
    <details open={failed.length > 0} className="rounded-control border border-line">
      <summary className="min-h-11 cursor-pointer px-3 py-2.5 font-medium">
        {t("checks", { good: checks.length - failed.length, count: checks.length })}
      </summary>
      <dl className="divide-y divide-line border-t border-line text-small">
        {checks.map(({ code, isGood, wanted, found }) => (
          <div key={code} className="grid gap-x-3 px-3 py-2 sm:grid-cols-[10rem_minmax(0,1fr)]">
            <dt className="font-medium">
              <span className={isGood ? "text-good-700" : "text-bad-700"} aria-hidden="true">
                {isGood ? "✓ " : "✗ "}
              </span>
              {t.has(`fields.${code}` as "title") ? t(`fields.${code}` as "title") : code}
            </dt>
            <dd className="min-w-0 [overflow-wrap:anywhere]">
              <span className="sr-only">{isGood ? t("good") : t("bad")}: </span>
              {isGood ? found : t("differs", { wanted, found })}
            </dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
