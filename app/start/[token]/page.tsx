import type { Metadata } from "next";
import { cookies } from "next/headers";
import { getTranslations } from "next-intl/server";
import { FocusHeading } from "#components/signing/focus-heading.tsx";
import { SignerHeader } from "#components/signing/signer-header.tsx";
import { SignerMenu } from "#components/signing/signer-menu.tsx";
import { mailTo } from "#components/signing/words.ts";
import type { Language } from "#lib/envelopes/core/languages.ts";
import { openPublicLink } from "#lib/signing/public-links/open-link.ts";
import { startCookie, visitor } from "../../_server/context.ts";
import { answerPage } from "../../_server/page.ts";
import { pageLanguage } from "../../_server/page-language.ts";
import { refusalSentences } from "../../sign/[token]/refusal-sentences.ts";
import { AddressLanguageSwitch } from "../../sign/address-language-switch.tsx";
import { PageWithoutScript } from "../../sign/without-script.tsx";
import { StartForm } from "./start-form.tsx";

interface StartPageProps {
  readonly params: Promise<{ token: string }>;
}

const load = async ({ params }: StartPageProps) => {
  const { token } = await params;
  const secret = (await cookies()).get(startCookie(token))?.value;
  return { token, view: await answerPage(async () => openPublicLink(await visitor(), token, secret)) };
};

export async function generateMetadata(props: StartPageProps): Promise<Metadata> {
  const { view } = await load(props);
  return { title: (await getTranslations("sign.start"))("heading", { title: view.title }) };
}

/** Where a public link leads: somebody says who they are and shows it, and gets an envelope of their own. */
export default async function StartPage(props: StartPageProps) {
  const { token, view } = await load(props);
  const t = await getTranslations("sign.start");
  const menu = await getTranslations("sign.menu");
  const check = await getTranslations("sign.check");
  const { language } = await pageLanguage();
  const { title, organizationName: organization, sender, state, request } = view;
  const facts = { title, organization, sender: sender.name, to: request?.email ?? "" };
  const isOpen = state === "open" || request?.state === "making" || request?.state === "ready";
  return (
    <>
      <SignerHeader
        title={title}
        organizationName={organization}
        isQuiet
        language={<AddressLanguageSwitch />}
        menu={
          <SignerMenu
            label={menu("open")}
            help={menu("help")}
            contact={{
              label: menu("writeTo", { name: sender.name }),
              address: sender.email,
              href: mailTo(sender.email, title),
            }}
            reference={menu("reference", { shortId: view.shortId })}
          />
        }
      />
      <main className="mx-auto w-full max-w-[680px] px-4 py-6 sm:py-12">
        <section className="rounded-card border border-line bg-paper p-6 sm:p-10">
          <FocusHeading>{isOpen ? t("heading", facts) : t("closed")}</FocusHeading>
          <div className="mt-3 flex flex-col gap-6">
            {isOpen ? <PageWithoutScript /> : null}
            {isOpen ? (
              <StartForm
                token={token}
                language={language as Language}
                request={request}
                words={{
                  ...{
                    lead: t("lead", facts),
                    name: t("name"),
                    email: t("email"),
                    emailHint: t("emailHint"),
                  },
                  ...{ submit: t("submit"), other: t("other"), making: t("making"), over: t("over") },
                  ...{ notSent: t("notSent", facts), notMade: t("notMade", facts) },
                  ...{ sending: check("sending"), sent: check("sent", facts) },
                  ...{ code: check("fields.email-code") },
                  ...{ codeHint: check("hints.email-code"), confirm: check("submit") },
                  codeMissing: check("missing"),
                }}
                refusals={await refusalSentences()}
              />
            ) : (
              <p className="text-lead">{t("closedLead", facts)}</p>
            )}
          </div>
        </section>
      </main>
    </>
  );
}
