import type { Metadata } from "next";
import { getLocale } from "next-intl/server";
import { sentencesAddress } from "#components/signing/sentences.ts";
import { instantIn, isLanguage } from "#lib/envelopes/core/languages.ts";
import { attests } from "#lib/envelopes/core/roles.ts";
import type { CeremonyView } from "#lib/signing/open-ceremony.ts";
import { getAuthorization } from "#lib/signing/providers/get-authorization.ts";
import { recipientContext } from "../../_server/context.ts";
import { deskSentences } from "../../_server/desk-sentences.ts";
import { translations } from "../../_server/translations.ts";
import { PageWithoutScript, WithoutScript } from "../without-script.tsx";
import { AttestationPage } from "./attestation/attestation-page.tsx";
import { CheckPage } from "./check-page.tsx";
import { DeviceStrip } from "./device-strip.tsx";
import { DonePage } from "./done-page.tsx";
import { loadCeremony } from "./load-ceremony.ts";
import { PageLanguageSwitch } from "./page-language-switch.tsx";
import { ProviderPage } from "./provider/provider-page.tsx";
import { SigningDesk } from "./signing-desk.tsx";
import { StatePage } from "./state-page.tsx";

interface SignPageProps {
  readonly params: Promise<{ token: string }>;
  /** The language the notice is read in, once somebody chose one; why a sign-on, or a provider, led nowhere. */
  readonly searchParams: Promise<{
    notice?: string | string[];
    sso?: string | string[];
    provider?: string | string[];
  }>;
}

const chosen = async ({ searchParams }: SignPageProps) => {
  const { notice } = await searchParams;
  return Array.isArray(notice) ? notice[0] : notice;
};

const TITLES = {
  ...{ signer: "ready", witness: "ready", notary: "ready" },
  ...{ editor: "fill", approver: "approve", viewer: "read", copy: "other" },
} as const;

export async function generateMetadata(props: SignPageProps): Promise<Metadata> {
  const t = await translations("sign.meta");
  const door = await loadCeremony((await props.params).token, await chosen(props));
  if (door.kind === "check") return { title: t("other", { title: door.check.title }) };
  const { status, me, title } = door.view;
  const key = status === "ready" ? TITLES[me.role] : "other";
  return { title: t(key, { title }) };
}

export default async function SignPage(props: SignPageProps) {
  const { token } = await props.params;
  const door = await loadCeremony(token, await chosen(props));
  const { sso, provider } = await props.searchParams;
  const refused = typeof sso === "string" && /^(sso|identity)-/.test(sso) ? `signing/${sso}` : null;
  const unsigned = typeof provider === "string" && /^provider-[a-z-]+$/.test(provider);
  const isToDo = door.kind === "check" || door.view.status === "ready";
  return (
    <>
      <DeviceStrip token={token} isDone={!isToDo} />
      {door.kind === "check" ? (
        <CheckPage token={token} view={door.check} refused={refused} />
      ) : (
        <CeremonyPage token={token} view={door.view} refused={unsigned ? `signing/${provider}` : null} />
      )}
    </>
  );
}

async function CeremonyPage({ token, view, refused }: DeskProps & { readonly refused: string | null }) {
  switch (view.status) {
    case "ready":
      // First what they state, then the document with it.
      if (attests(view.me.role) && !view.hasStated) return <AttestationPage token={token} view={view} />;
      return <Desk token={token} view={view} />;
    case "finished": {
      const authorization = view.me.isDone ? null : await getAuthorization(await recipientContext(token));
      if (authorization) return <ProviderPage {...{ token, view, authorization, refused }} />;
      return <DonePage token={token} view={view} />;
    }
    case "completed":
      return <DonePage token={token} view={view} />;
    default:
      return <StatePage token={token} view={view} status={view.status} />;
  }
}

interface DeskProps {
  readonly token: string;
  readonly view: CeremonyView;
}

async function Desk({ token, view }: DeskProps) {
  const t = await translations("sign.consent");
  const locale = await getLocale();
  const { name } = await deskSentences(isLanguage(locale) ? locale : "en");
  const until = view.expiresAt ? instantIn(locale, view.expiresAt) : "none";
  const about = t("about", {
    organization: view.organizationName === "" ? "none" : view.organizationName,
    pages: view.documents.reduce((sum, { pages }) => sum + pages.length, 0),
    until,
  });
  return (
    <>
      {/* In the page's head: a hint of React's would only be seen by its scripts, which need the words themselves. */}
      <link rel="preload" as="fetch" crossOrigin="anonymous" href={sentencesAddress(token, name)} />
      <SigningDesk
        token={token}
        view={view}
        about={about}
        later={(await translations("sign.later"))("saved", { until })}
        sentences={name}
        locale={locale}
        language={<PageLanguageSwitch token={token} />}
        fallback={<DeskWithoutScript token={token} view={view} />}
      />
    </>
  );
}

/** Without script there is no signing, but reading, keeping and asking for paper. */
async function DeskWithoutScript({ token, view }: DeskProps) {
  const t = await translations("sign.noScript");
  const { sender, documents, title, shortId, inPerson } = view;
  return (
    <>
      <noscript>
        <style>{"[data-cover]{display:none!important}"}</style>
      </noscript>
      {inPerson ? (
        <PageWithoutScript className="mx-auto max-w-[680px] p-4" />
      ) : (
        <WithoutScript
          className="mx-auto max-w-[680px] p-4"
          heading={t("heading")}
          text={[t("text", { sender: sender.name })]}
          downloads={documents.map(({ id, name }) => ({
            name,
            href: `/sign/${token}/files/documents/${id}`,
          }))}
          sender={{ ...sender, subject: `${title} (${shortId})` }}
        />
      )}
    </>
  );
}
