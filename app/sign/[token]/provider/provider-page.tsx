import { PenLine } from "lucide-react";
import { getLocale, getMessages, getTranslations } from "next-intl/server";
import { LiveRefresh } from "#components/signing/live-refresh.tsx";
import { type SignWords, sentenceFor } from "#components/signing/words.ts";
import { Spinner } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import type { CeremonyView } from "#lib/signing/open-ceremony.ts";
import type { AuthorizationView, OwnCredential } from "#lib/signing/providers/get-authorization.ts";
import { refusalSentences } from "../refusal-sentences.ts";
import { SheetPage } from "../sheet-page.tsx";
import { AnswerForm, CredentialList, GoButton } from "../when-shown.tsx";

interface ProviderPageProps {
  readonly token: string;
  readonly view: CeremonyView;
  readonly authorization: AuthorizationView;
  /** Why somebody who came back did not get further, as a code. */
  readonly refused: string | null;
}

const GONE_WRONG: Readonly<Record<string, "off" | "unqualified" | "unfit">> = {
  off: "off",
  ...{ "not-qualified": "unqualified", "not-for-signatures": "unqualified", "no-device": "unqualified" },
  "not-trusted": "unqualified",
};

/** After Finish, where a provider makes the signature: the person lets it. */
export async function ProviderPage({ token, view, authorization, refused }: ProviderPageProps) {
  const t = await getTranslations("sign.provider");
  const refusals = await refusalSentences();
  const { provider, step, problem } = authorization;
  const told = refused ?? problem;
  const name = provider.name;
  const isWaiting = step === "preparing" || step === "making";
  const day = new Intl.DateTimeFormat(await getLocale(), { dateStyle: "medium", timeZone: "UTC" });
  const words = { busy: t("busy"), isMine: "" };
  const shown = (one: OwnCredential) => ({
    id: one.id,
    name: one.name ?? "",
    about: t("issued", {
      issuer: one.issuer ?? "",
      until: one.notAfter ? day.format(new Date(one.notAfter)) : "",
    }),
    hindrance: one.hindrance ? t(GONE_WRONG[one.hindrance] ?? "unfit") : null,
    isMine: one.isOtherName ? t("isMine", { asked: view.me.name }) : null,
    submit: t("chooseAs", { name: one.name ?? "" }),
  });
  return (
    <SheetPage
      token={token}
      view={view}
      heading={t("heading", { provider: name })}
      icon={
        <span className="mb-4 grid size-12 place-items-center rounded-full bg-action-50 text-action-700">
          <PenLine aria-hidden="true" size={26} />
        </span>
      }
    >
      {told ? <Notice tone="bad">{sentenceFor(refusals, { code: told })}</Notice> : null}
      {step === "begin" ? (
        <>
          <p className="text-lead">{t("lead", { provider: name })}</p>
          <GoButton
            token={token}
            to="credentials"
            label={t("begin", { provider: name })}
            {...{ words, refusals }}
          />
        </>
      ) : null}
      {step === "choose" ? (
        <>
          <h2 className="text-h3">{t("chooseHeading")}</h2>
          <CredentialList
            token={token}
            credentials={authorization.credentials.map(shown)}
            {...{ words, refusals }}
          />
        </>
      ) : null}
      {isWaiting ? (
        <p role="status" className="flex items-start gap-3 text-lead">
          <span className="mt-1.5 text-action-700">
            <Spinner />
          </span>
          {t(step, { provider: name })}
        </p>
      ) : null}
      {step === "page" || step === "answers" ? (
        <div>
          <p className="font-medium text-as-parent [overflow-wrap:anywhere]" dir="auto">
            {authorization.chosen?.name}
          </p>
          <p className="text-small text-ink-600 [overflow-wrap:anywhere]">
            {authorization.chosen ? shown(authorization.chosen).about : ""}
          </p>
        </div>
      ) : null}
      {step === "page" ? (
        <>
          <p className="text-lead">{t("pageLead", { provider: name })}</p>
          <GoButton
            token={token}
            to="approval"
            label={t("allow", { provider: name })}
            {...{ words, refusals }}
          />
        </>
      ) : null}
      {step === "answers" ? (
        <AnswerForm
          token={token}
          questions={authorization.questions}
          lead={t("answersLead", { provider: name })}
          challenge={{
            labels: Object.fromEntries(
              authorization.questions.map(({ id, label }) => [id, t("challenge", { label })]),
            ),
            sent: t("challengeSent"),
          }}
          submit={t("sign")}
          problems={((await getMessages()) as unknown as { sign: SignWords }).sign.field.problems}
          {...{ words, refusals }}
        />
      ) : null}
      {step === "begin" || isWaiting ? null : (
        <GoButton isQuiet token={token} to="credentials" label={t("again")} {...{ words, refusals }} />
      )}
      <LiveRefresh address={`/sign/${token}/progress`} progress={view.progress} />
    </SheetPage>
  );
}
