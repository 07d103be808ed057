import { getLocale, getTranslations } from "next-intl/server";
import { QrPicture } from "#components/signing/qr-picture.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { type Elsewhere, isElsewhere } from "#lib/envelopes/core/checks.ts";
import type { CheckView } from "#lib/signing/checks/open-check.ts";
import { refusalSentences } from "./refusal-sentences.ts";
import { SheetPage } from "./sheet-page.tsx";
import { CheckForm, PasskeyButton, SsoButton } from "./when-shown.tsx";

interface CheckPageProps {
  readonly token: string;
  readonly view: CheckView;
  /** Why a sign-on elsewhere led nowhere, as a code. */
  readonly refused?: string | null;
}

/** Asks who is there, before any document is shown. */
export async function CheckPage({ token, view, refused = null }: CheckPageProps) {
  const t = await getTranslations("sign.check");
  const { method, of, shown, sender, title, goesTo, hasApp, hasPasskey, takesPasskeys } = view;
  const facts = { title, sender: sender.name, to: goesTo, organization: view.organizationName };
  const isSecond = method === "authenticator" || method === "passkey" || method === "second-factor";
  const isNew = isSecond && !hasApp && !hasPasskey;
  const refusals = await refusalSentences();
  // Somebody known by one of the two shows that one.
  const byPasskey = method === "passkey" || (method === "second-factor" && takesPasskeys && !hasApp);
  const byCode = method !== "passkey" && !isElsewhere(method) && !(method === "second-factor" && hasPasskey);
  return (
    <SheetPage token={token} view={view} heading={t("heading")}>
      {view.isRaised ? <Notice>{t("raised", { rules: view.raisedBy.join(", ") || "none" })}</Notice> : null}
      {shown.length > 0 ? (
        <p className="text-small text-ink-600">
          {t("step", { number: shown.length + 1, count: shown.length })}
        </p>
      ) : null}
      <p>{t(isNew ? "leads.setUp" : `leads.${method}`, facts)}</p>
      {of === method ? null : <p>{t("before")}</p>}
      {refused && refusals[refused] ? <Notice tone="bad">{refusals[refused]}</Notice> : null}
      {isElsewhere(method) ? (
        <SsoButton
          token={token}
          words={{
            label: t(method === "sso" ? "sso.go" : "identity.go", { provider: view.provider ?? "" }),
            busy: t("sso.busy"),
          }}
          refusals={refusals}
        />
      ) : null}
      {byPasskey ? (
        <div className="flex flex-col gap-3">
          {hasPasskey ? null : <p>{t("passkey.lead")}</p>}
          <PasskeyButton
            token={token}
            words={{
              label: t(hasPasskey ? "passkey.use" : "passkey.make"),
              busy: t("passkey.busy"),
              unsupported: t(byCode ? "passkey.unsupportedApp" : "passkey.unsupported", facts),
              "given-up": t("passkey.givenUp"),
            }}
            refusals={refusals}
          />
        </div>
      ) : null}
      {byPasskey && byCode ? <h2 className="mt-2 text-h3">{t("enroll.orApp")}</h2> : null}
      {byCode ? <ByCode token={token} view={view} refusals={refusals} isSecond={byPasskey} /> : null}
      <p className="text-small text-ink-600">{t(byCode ? "stuck" : "stuckOther", facts)}</p>
    </SheetPage>
  );
}

interface ByCodeProps {
  readonly token: string;
  readonly view: CheckView;
  readonly refusals: Readonly<Record<string, string>>;
  /** Another way stands above. */
  readonly isSecond: boolean;
}

async function ByCode({ token, view, refusals, isSecond }: ByCodeProps) {
  const t = await getTranslations("sign.check");
  const { hasApp, title, sender, goesTo, code, enrollment, maySetUp } = view;
  const method = view.method as Exclude<CheckView["method"], "passkey" | Elsewhere>;
  const facts = { title, sender: sender.name, to: goesTo };
  const failure =
    code.failure === null ? "none" : code.failure.endsWith("/refused") ? "refused" : "unavailable";
  const isByApp = method === "authenticator" || method === "second-factor";
  return (
    <>
      {enrollment ? (
        <section aria-labelledby="enroll" className="rounded-control border border-line bg-canvas p-4">
          <h2 id="enroll" className="text-h3">
            {t("enroll.heading")}
          </h2>
          <p className="mt-1">{t("enroll.lead")}</p>
          <div className="mt-3 flex flex-wrap items-center gap-4">
            {enrollment.qr ? <QrPicture modules={enrollment.qr} label={t("enroll.picture")} /> : null}
            <div className="min-w-0 flex-1 basis-56">
              <p>
                <a href={enrollment.uri} className="inline-block py-2">
                  {t("enroll.open")}
                </a>
              </p>
              <p className="text-small text-ink-600">{t("enroll.byHand")}</p>
              <p className="font-mono break-all">{enrollment.secret.match(/.{1,4}/g)?.join(" ")}</p>
            </div>
          </div>
        </section>
      ) : null}
      <CheckForm
        key={method}
        token={token}
        method={method}
        isSecond={isSecond}
        needsEnrollment={isByApp && !hasApp && maySetUp && enrollment === null}
        state={code.state}
        waitMs={code.waitMs}
        words={{
          send: t(`send.${method === "sms-code" ? "sms-code" : "email-code"}`, facts),
          again: t("again"),
          againIn: t.raw("againIn"),
          sending: t("sending"),
          sent: t("sent", facts),
          failed: t(`failures.${failure}`, facts),
          slow: t("failures.slow", facts),
          field: t(`fields.${method}`),
          hint: t(`hints.${method}`),
          submit: t("submit"),
          missing: t("missing"),
          enroll: t("enroll.begin"),
        }}
        failures={{
          refused: t("failures.refused", facts),
          unavailable: t("failures.unavailable", facts),
        }}
        refusals={refusals}
        locale={await getLocale()}
      />
    </>
  );
}
