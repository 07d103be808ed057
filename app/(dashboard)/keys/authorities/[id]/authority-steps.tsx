"use client";

import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { type ComponentProps, useEffect } from "react";
import { refusalText } from "#components/envelopes/refusal-text.ts";
import { Button, buttonClass } from "#components/ui/button.tsx";
import { Instant } from "#components/ui/instant.tsx";
import { Notice } from "#components/ui/notice.tsx";
import type { AuthorityRotationView } from "#lib/pki/get-authority-rotations.ts";
import { useAct } from "../../../use-act.ts";
import { cancelExchange } from "../../actions.ts";
import { KeyFacts } from "../../rotate/[id]/rotation-steps.tsx";
import { Checks, Proof, Step } from "../../step-parts.tsx";

type ShownAuthority = ComponentProps<typeof KeyFacts>["shown"];

interface AuthorityStepsProps {
  readonly rotation: Pick<
    AuthorityRotationView,
    "id" | "kind" | "state" | "cause" | "checks" | "proof" | "refusal" | "startedBy"
  > & {
    readonly from: ShownAuthority;
    readonly to: ShownAuthority | null;
    readonly startedAt: string;
    readonly plannedAt: string | null;
    readonly switchedAt: string | null;
  };
}

/** The step each state waits at; steps before it are done. */
const AT: Readonly<Record<AuthorityRotationView["state"], number>> = {
  ...{ scheduled: 2, cancelled: 2, making: 2, failed: 4, switched: 6, proved: 7 },
};
const POLL_MS = 1_500;

export function AuthoritySteps({ rotation }: AuthorityStepsProps) {
  const t = useTranslations("app.keys.authorityRotation");
  const refusals = useTranslations("refusals");
  const router = useRouter();
  const { id, state, cause, from, to, checks, proof, refusal } = rotation;
  const { startedBy, startedAt, plannedAt, switchedAt } = rotation;
  const isWaiting = state === "making" || state === "switched";
  useEffect(() => {
    if (!isWaiting) return;
    const timer = setInterval(() => router.refresh(), POLL_MS);
    return () => clearInterval(timer);
  }, [isWaiting, router]);
  const at = AT[state];
  const chain = checks.filter(({ name }) => name === "chain" || name === "life");
  const trial = checks.filter((check) => !chain.includes(check));
  return (
    <>
      <p aria-live="polite" className="mb-4 text-ink-700">
        {t(`now.${state}`)}
      </p>
      {state === "failed" && checks.length === 0 ? (
        <div className="mb-4">
          <Notice tone="warn">{refusal ? refusalText(refusals, { code: refusal }) : t("another")}</Notice>
        </div>
      ) : null}
      <ol className="flex flex-col gap-4">
        <Step number={1} at={at} title={t("steps.choose")}>
          <KeyFacts shown={from} note={t("kept")} />
          <p className="text-small text-ink-600">
            {cause === "asked" ? t("by", { name: startedBy ?? "" }) : t(`causes.${cause}`)} ·{" "}
            <Instant at={startedAt} />
          </p>
          <div>
            <a href={`/keys/authorities/${id}/replaced.pem`} download className={buttonClass("secondary")}>
              {t("download")}
            </a>
          </div>
        </Step>
        <Step number={2} at={at} title={t("steps.make")}>
          {to ? <KeyFacts shown={to} /> : state === "making" ? <p>{t("making")}</p> : null}
          {plannedAt && !to ? (
            <p>
              {t("plannedAt")} <Instant at={plannedAt} withSeconds />
            </p>
          ) : null}
          {state === "scheduled" ? <CancelPlan id={id} /> : null}
        </Step>
        <Step number={3} at={at} title={t("steps.certificate")}>
          <ChecksOfEach checks={chain} />
        </Step>
        <Step number={4} at={at} title={t("steps.trial")}>
          <ChecksOfEach checks={trial} />
        </Step>
        <Step number={5} at={at} title={t("steps.switch")}>
          {switchedAt ? (
            <p>
              {t("switchedAt")} <Instant at={switchedAt} withSeconds />
            </p>
          ) : null}
        </Step>
        <Step number={6} at={at} title={t("steps.prove")}>
          {proof ? <Proof proof={proof} of="authority" /> : <p>{t("proving")}</p>}
        </Step>
      </ol>
    </>
  );
}

/** What is planned can be taken back until its hour. */
function CancelPlan({ id }: { readonly id: string }) {
  const t = useTranslations("app.keys.authorityRotation");
  const { act, isBusy, refusal } = useAct();
  return (
    <>
      {refusal ? <Notice tone="bad">{refusal}</Notice> : null}
      <div>
        <Button kind="secondary" isBusy={isBusy} onClick={() => act(() => cancelExchange(id))}>
          {t("cancel")}
        </Button>
      </div>
    </>
  );
}

/** With a new root come others under it: whose each check is, is said then. */
function ChecksOfEach({ checks }: Pick<AuthorityRotationView, "checks">) {
  const t = useTranslations("app.keys.kinds");
  const groups = [...Map.groupBy(checks, ({ of }) => of)];
  if (groups.length <= 1) return <Checks checks={checks} of="authority" />;
  return groups.map(([of, own]) => (
    <section key={of} aria-label={t(of)}>
      <h3 className="mb-2 font-medium">{t(of)}</h3>
      <Checks checks={own} of="authority" />
    </section>
  ));
}
