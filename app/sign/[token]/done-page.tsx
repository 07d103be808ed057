import { Check, Circle, Download, LoaderCircle } from "lucide-react";
import { getLocale, getTranslations } from "next-intl/server";
import type { ReactNode } from "react";
import { LiveRefresh } from "#components/signing/live-refresh.tsx";
import { buttonClass } from "#components/ui/button.tsx";
import { instantIn } from "#lib/envelopes/core/languages.ts";
import { type RecipientRole, signs } from "#lib/envelopes/core/roles.ts";
import { listOwnPasskeys } from "#lib/signing/checks/own-passkeys.ts";
import type { CeremonyView } from "#lib/signing/open-ceremony.ts";
import { recipientContext } from "../../_server/context.ts";
import { KeptOffline } from "./kept-offline.tsx";
import { refusalSentences } from "./refusal-sentences.ts";
import { SheetPage } from "./sheet-page.tsx";
import { ForgetKept, OwnPasskeys } from "./when-shown.tsx";

interface DonePageProps {
  readonly token: string;
  readonly view: CeremonyView;
}

const HEADINGS = {
  signer: "headingSigned",
  witness: "headingSigned",
  notary: "headingSigned",
  editor: "headingFilled",
  approver: "headingApproved",
  viewer: "headingRead",
  copy: "headingCompleted",
} as const satisfies Record<RecipientRole, string>;

/** After Finish: what happens next, who still has to sign, and at the end what to keep. */
export async function DonePage({ token, view }: DonePageProps) {
  const t = await getTranslations("sign.done");
  const { title, status, me } = view;
  const isCompleted = status === "completed";
  if (view.inPerson) return <DoneInPerson token={token} view={view} />;
  const heading =
    me.role === "copy" || (isCompleted && signs(me.role) && !me.certificateId)
      ? "headingCompleted"
      : HEADINGS[me.role];
  return (
    <SheetPage
      token={token}
      view={view}
      withoutScript="whole"
      heading={t(heading, { title })}
      icon={
        <span className="mb-4 grid size-12 place-items-center rounded-full bg-good-50 text-good-700">
          <Check aria-hidden="true" size={28} />
        </span>
      }
    >
      <KeptOffline token={token} view={view} />
      <p role="status" className="text-lead">
        {await nextSentence(view)}
      </p>
      {me.role === "copy" && !isCompleted ? null : <People view={view} />}
      <Files token={token} view={view} />
      {view.kept ? (
        <ForgetKept
          token={token}
          text={t("kept", { organization: view.organizationName || view.sender.name })}
          label={t("forget")}
          refusals={await refusalSentences()}
        />
      ) : null}
      <Passkeys token={token} view={view} />
      <p className="text-small">
        <a href={`/sign/${token}/rights`} className="inline-block py-2">
          {t("rights")}
        </a>
      </p>
      {isCompleted ? null : <LiveRefresh address={`/sign/${token}/progress`} progress={view.progress} />}
    </SheetPage>
  );
}

/** On a host's device: thanks, and nothing to take along. */
async function DoneInPerson({ token, view }: DonePageProps) {
  const t = await getTranslations("sign.inPerson");
  const { name, email } = view.me;
  return (
    <SheetPage
      token={token}
      view={view}
      heading={t("doneHeading", { name })}
      icon={
        <span className="mb-4 grid size-12 place-items-center rounded-full bg-good-50 text-good-700">
          <Check aria-hidden="true" size={28} />
        </span>
      }
    >
      <p role="status" className="text-lead">
        {t("doneLead", { email, host: view.inPerson!.hostName })}
      </p>
    </SheetPage>
  );
}

async function nextSentence({ status, me, others, isSealing, isDelayed }: CeremonyView): Promise<string> {
  const t = await getTranslations("sign.done");
  if (status === "completed") return t("completed");
  if (!me.isDone) return t(isDelayed ? "delayed" : "making");
  const open = others.filter(({ isDone }) => !isDone).map(({ name }) => name);
  if (open.length === 0 || isSealing) return t(isDelayed ? "sealingDelayed" : "sealing");
  const names = new Intl.ListFormat(await getLocale(), { type: "conjunction" }).format(open);
  return t("waitOthers", { names, count: open.length });
}

async function People({ view }: { readonly view: CeremonyView }) {
  const t = await getTranslations("sign.done");
  const { me, others } = view;
  const people = [
    ...(me.role === "copy" ? [] : [{ name: t("you", { name: me.name }), isDone: me.isDone, isMe: true }]),
    ...others.map((other) => ({ ...other, isMe: false })),
  ];
  return (
    <section aria-labelledby="people">
      <h2 id="people" className="mb-2 text-h3">
        {t("people")}
      </h2>
      <ul className="divide-y divide-line border-y border-line">
        {people.map(({ name, isDone, isMe }) => (
          <li key={`${name} ${isMe}`} className="flex min-h-12 items-center gap-3">
            {isDone ? (
              <Check aria-hidden="true" size={20} className="shrink-0 text-good-700" />
            ) : isMe ? (
              <LoaderCircle aria-hidden="true" size={20} className="shrink-0 animate-spin text-action-700" />
            ) : (
              <Circle aria-hidden="true" size={20} className="shrink-0 text-line-strong" />
            )}
            <span className="flex min-w-0 flex-1 flex-wrap justify-between gap-x-3 py-2">
              <span className="min-w-0 break-words" dir="auto">
                {name}
              </span>
              <span className={isDone ? "text-good-700" : "text-ink-600"}>
                {t(isDone ? "isDone" : isMe ? "isMaking" : "isOpen")}
              </span>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

async function Passkeys({ token, view }: DonePageProps) {
  const passkeys = await listOwnPasskeys(await recipientContext(token));
  if (passkeys.length === 0) return null;
  const t = await getTranslations("sign.done");
  const locale = await getLocale();
  const organization = view.organizationName || view.sender.name;
  return (
    <OwnPasskeys
      token={token}
      passkeys={passkeys.map(({ id, createdAt }) => ({
        id,
        text: t("passkey", { organization, at: instantIn(locale, createdAt) }),
      }))}
      label={t("forgetPasskey")}
      refusals={await refusalSentences()}
    />
  );
}

async function Files({ token, view }: DonePageProps) {
  const t = await getTranslations("sign.done");
  const { documents, status, me } = view;
  const isCompleted = status === "completed";
  if (documents.length === 0 || !(me.isDone || isCompleted)) return null;
  const base = `/sign/${token}/files`;
  const label = (name: string) => {
    if (documents.length === 1) return t(isCompleted ? "signed" : "soFar");
    return t(isCompleted ? "signedNamed" : "soFarNamed", { name });
  };
  return (
    <section aria-labelledby="files" className="flex flex-col gap-3">
      <h2 id="files" className="text-h3">
        {t("files")}
      </h2>
      {documents.map(({ id, name }) => (
        <FileLink key={id} href={`${base}/documents/${id}`} isMain={isCompleted}>
          {label(name)}
        </FileLink>
      ))}
      {isCompleted && me.isShownAll ? (
        <FileLink href={`${base}/audit-trail`}>{t("auditTrail")}</FileLink>
      ) : null}
      {isCompleted && me.certificateId ? (
        <FileLink href={`${base}/certificates/${me.certificateId}`}>{t("certificate")}</FileLink>
      ) : null}
    </section>
  );
}

interface FileLinkProps {
  readonly href: string;
  readonly isMain?: boolean;
  readonly children: ReactNode;
}

function FileLink({ href, isMain, children }: FileLinkProps) {
  return (
    <a href={href} className={`${buttonClass(isMain ? "primary" : "secondary", "large")} sm:self-start`}>
      <Download aria-hidden="true" size={20} className="shrink-0" />
      {children}
    </a>
  );
}
