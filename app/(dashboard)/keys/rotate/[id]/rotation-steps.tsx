"use client";

import type { Route } from "next";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useEffect } from "react";
import { Button, buttonClass } from "#components/ui/button.tsx";
import { HashChip } from "#components/ui/hash-chip.tsx";
import { Instant } from "#components/ui/instant.tsx";
import { Notice } from "#components/ui/notice.tsx";
import type { RotationState } from "#lib/signing/core/rotation.ts";
import type { RotationView } from "#lib/signing/get-rotation.ts";
import { ActButton } from "../../../organization/seal/act-button.tsx";
import { AnswerForm } from "../../../organization/seal/answer-form.tsx";
import { BroughtChecks, type BroughtSealWords } from "../../../organization/seal/brought-card.tsx";
import { algorithmWords, providerWords } from "../../../organization/seal/key-words.ts";
import { useAct } from "../../../use-act.ts";
import { undo } from "../../actions.ts";
import { Checks, Proof, Step } from "../../step-parts.tsx";
import { ConfirmStep } from "./confirm-step.tsx";
import { SwitchStep } from "./switch-step.tsx";

export interface ShownKey {
  readonly subject: string;
  readonly issuer: string;
  readonly isBrought: boolean;
  readonly algorithm: string;
  readonly provider: string;
  readonly sha256: string;
  readonly serial: string;
  readonly notAfter: string;
  readonly certificateId: string;
  readonly testId: string;
}

export interface ShownRotation
  extends Pick<RotationView, "id" | "state" | "checks" | "proof" | "startedBy" | "secured" | "choice"> {
  readonly seal: BroughtSealWords | null;
  readonly from: ShownKey | null;
  readonly to: ShownKey | null;
  readonly startedAt: string;
  readonly switchAt: string | null;
  readonly overlapUntil: string | null;
}

/** The step each state waits at; steps before it are done. */
const AT: Readonly<Record<RotationState, number>> = {
  ...{ making: 2, failed: 4, ready: 5, scheduled: 5, switched: 6, confirmed: 7, undone: 7 },
};
/** Where a key stands that another authority certifies. */
type Outside = "making" | "requested" | "testing" | "test-failed";
const OUTSIDE_AT: Readonly<Record<Outside, number>> = {
  ...{ making: 2, requested: 3, testing: 4, "test-failed": 4 },
};
function outsideOf({ state, seal }: Pick<ShownRotation, "state" | "seal">): Outside | null {
  if (state !== "making" || !seal) return null;
  if (seal.state === "key-wanted") return "making";
  if (seal.state === "key-made") return "requested";
  return seal.checks?.some(({ isGood }) => !isGood) ? "test-failed" : "testing";
}
const POLL_MS = 1_500;

export function RotationSteps({ rotation }: { readonly rotation: ShownRotation }) {
  const t = useTranslations("app.keys.rotation");
  const words = useTranslations("app.seal");
  const router = useRouter();
  const { state, from, to, checks, proof } = rotation;
  const { seal } = rotation;
  const outside = outsideOf(rotation);
  const isAsked = outside === "requested" || outside === "test-failed";
  const isWaiting = (state === "making" && !isAsked) || (state === "switched" && proof === null);
  useEffect(() => {
    if (!isWaiting) return;
    const timer = setInterval(() => router.refresh(), POLL_MS);
    return () => clearInterval(timer);
  }, [isWaiting, router]);
  const at = outside ? OUTSIDE_AT[outside] : AT[state];
  const chain = checks.filter(({ name }) => name === "chain" || name === "status" || name === "life");
  const trial = checks.filter((check) => !chain.includes(check));
  return (
    <>
      <p aria-live="polite" className="mb-4 text-ink-700">
        {outside && outside !== "making"
          ? t(`outside.${outside}`)
          : t(state === "switched" && !from ? "nowFirst" : `now.${state}`)}
      </p>
      {state === "failed" ? (
        <div className="mb-4">
          <Notice tone="bad">{t("failed")}</Notice>
        </div>
      ) : null}
      <ol className="flex flex-col gap-4">
        <Step number={1} at={at} title={t("steps.choose")}>
          {from ? <KeyFacts shown={from} note={t("kept")} /> : <p>{t("noneBefore")}</p>}
          {from ? <Secured id={rotation.id} secured={rotation.secured} /> : null}
        </Step>
        <Step number={2} at={at} title={t("steps.make")}>
          {to ? <KeyFacts shown={to} /> : <Chosen rotation={rotation} />}
          {seal?.waitingFor ? <Notice tone="warn">{words("waits", { code: seal.waitingFor })}</Notice> : null}
          {state === "making" ? <GiveUp id={rotation.id} /> : null}
        </Step>
        <Step number={3} at={at} title={t("steps.certificate")}>
          {seal ? <Certificate seal={seal} outside={outside} /> : <Checks checks={chain} of="seal" />}
        </Step>
        <Step number={4} at={at} title={t("steps.trial")}>
          {seal ? <SealChecks seal={seal} /> : <Checks checks={trial} of="seal" />}
          {to ? (
            <Link href={`/keys/tests/${to.testId}` as Route} prefetch={false}>
              {t("report")}
            </Link>
          ) : null}
        </Step>
        <Step number={5} at={at} title={t("steps.switch")}>
          <SwitchStep rotation={rotation} />
        </Step>
        <Step number={6} at={at} title={t("steps.prove")}>
          {proof ? <Proof proof={proof} of="seal" /> : <p>{t("proving")}</p>}
          {state === "switched" ? <ConfirmStep rotation={rotation} /> : null}
        </Step>
      </ol>
    </>
  );
}

/** What was asked for, while nothing of it is there. */
function Chosen({ rotation }: { readonly rotation: ShownRotation }) {
  const t = useTranslations("app.keys.rotation");
  const words = useTranslations("app.seal");
  const { algorithm, provider } = rotation.choice;
  const isMade = rotation.seal !== null && rotation.seal.state !== "key-wanted";
  return (
    <>
      {algorithm && provider ? (
        <p>
          {words("keyIn", {
            ...{ algorithm: algorithmWords(words, algorithm), provider: providerWords(words, provider) },
          })}
        </p>
      ) : null}
      {isMade ? null : <p>{t("making")}</p>}
    </>
  );
}

/** Lays a rotation aside that has come no further than its key. */
function GiveUp({ id }: { readonly id: string }) {
  const t = useTranslations("app.keys.rotation");
  const { act, isBusy, refusal } = useAct();
  return (
    <div className="flex flex-col items-start gap-3">
      {refusal ? <Notice tone="bad">{refusal}</Notice> : null}
      <Button kind="secondary" isBusy={isBusy} onClick={() => act(() => undo(id))}>
        {t("cancel")}
      </Button>
    </div>
  );
}

/** The request for another authority, and what that answered. */
function Certificate({
  seal,
  outside,
}: {
  readonly seal: BroughtSealWords;
  readonly outside: Outside | null;
}) {
  const t = useTranslations("app.keys.rotation");
  const words = useTranslations("app.seal");
  const { id, origin, issuer, notAfter } = seal;
  const isAsked = outside === "requested" || outside === "test-failed";
  return (
    <>
      {issuer ? (
        <p>
          {words("issuedBy", { issuer })}
          {notAfter ? (
            <>
              {" "}
              · {words("until")} <Instant at={notAfter} />
            </>
          ) : null}
        </p>
      ) : null}
      {(origin === "request" || origin === "chosen") && isAsked ? (
        <>
          <p>{t("askAuthority")}</p>
          <div>
            <a href={`/organization/seal/${id}/request`} download className={buttonClass("secondary")}>
              {words("download")}
            </a>
          </div>
          <AnswerForm sealId={id} />
        </>
      ) : null}
    </>
  );
}

/** The test signing of a key with another authority's certificate. */
function SealChecks({ seal: { id, checks, state } }: { readonly seal: BroughtSealWords }) {
  const t = useTranslations("app.keys.rotation");
  const words = useTranslations("app.seal");
  if (!checks) return <p>{t("testing")}</p>;
  return (
    <>
      <BroughtChecks checks={checks} />
      {state === "certified" ? (
        <div>
          <ActButton verb="repeat" id={id} label={words("repeat")} />
        </div>
      ) : null}
    </>
  );
}

interface KeyFactsProps {
  readonly shown: Omit<ShownKey, "certificateId" | "testId">;
  readonly note?: string;
}

export function KeyFacts({ shown, note }: KeyFactsProps) {
  const t = useTranslations("app.keys.rotation");
  const algorithms = useTranslations("app.keyExports.algorithms");
  const words = useTranslations("app.seal");
  const facts = [
    [t("subject"), shown.subject],
    [t("issuer"), shown.isBrought ? shown.issuer : t("ownIssuer", { issuer: shown.issuer })],
    [t("algorithm"), algorithms.has(shown.algorithm) ? algorithms(shown.algorithm) : shown.algorithm],
    [t("place"), providerWords(words, shown.provider)],
    [t("serial"), shown.serial],
  ] as const;
  return (
    <>
      <dl className="grid gap-x-6 gap-y-2 sm:grid-cols-[8rem_minmax(0,1fr)]">
        {facts.map(([label, value]) => (
          <div key={label} className="contents">
            <dt className="text-small text-ink-600">{label}</dt>
            <dd className="[overflow-wrap:anywhere]">{value}</dd>
          </div>
        ))}
        <dt className="text-small text-ink-600">{t("until")}</dt>
        <dd>
          <Instant at={shown.notAfter} />
        </dd>
        <dt className="text-small text-ink-600">{t("fingerprint")}</dt>
        <dd>
          <HashChip value={shown.sha256} label="SHA-256" copyLabel={t("copy")} copiedLabel={t("copied")} />
        </dd>
      </dl>
      {note ? <p className="text-small text-ink-600">{note}</p> : null}
    </>
  );
}

/** The copy of what is on its way out, made before anything else. */
function Secured({ id, secured }: Pick<ShownRotation, "id" | "secured">) {
  const t = useTranslations("app.keys.rotation.secured");
  if (!secured) return <p>{t("coming")}</p>;
  return (
    <p className="text-small text-ink-700">
      {t("done", { count: secured.certificates })} <Instant at={secured.at} /> {t(`key.${secured.key}`)}{" "}
      <a href={`/keys/rotate/${id}/outgoing.pem`} download className="underline">
        {t("download")}
      </a>
    </p>
  );
}
