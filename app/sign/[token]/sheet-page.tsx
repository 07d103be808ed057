import { getTranslations } from "next-intl/server";
import type { ReactNode } from "react";
import { FocusHeading } from "#components/signing/focus-heading.tsx";
import { SignerHeader } from "#components/signing/signer-header.tsx";
import { SignerMenu } from "#components/signing/signer-menu.tsx";
import { mailTo } from "#components/signing/words.ts";
import type { CeremonyView } from "#lib/signing/open-ceremony.ts";
import { PageWithoutScript, WithoutScript } from "../without-script.tsx";
import { PageLanguageSwitch, type SignerPlace } from "./page-language-switch.tsx";

interface SheetPageProps {
  readonly view: Pick<CeremonyView, "title" | "organizationName" | "sender" | "shortId"> &
    Partial<Pick<CeremonyView, "inPerson" | "documents">>;
  readonly token: string;
  /** Which page this is, where it is not the link's first. */
  readonly place?: SignerPlace;
  readonly heading: string;
  /** What the page is without script: readable all the same, or with nothing to press and no sender to be asked. */
  readonly withoutScript?: "whole" | "no-sender";
  readonly icon?: ReactNode;
  readonly children: ReactNode;
}

/** A page that says how things stand: one sheet, with help where it is on every page of a signer. */
export async function SheetPage({
  view,
  token,
  place,
  heading,
  withoutScript,
  icon,
  children,
}: SheetPageProps) {
  const t = await getTranslations("sign.menu");
  const { title, organizationName, sender, shortId } = view;
  return (
    <>
      <SignerHeader
        title={title}
        organizationName={organizationName}
        isQuiet
        language={<PageLanguageSwitch token={token} place={place} />}
        menu={
          <SignerMenu
            label={t("open")}
            help={t("help")}
            contact={
              view.inPerson
                ? undefined
                : {
                    label: t("writeTo", { name: sender.name }),
                    address: sender.email,
                    href: mailTo(sender.email, `${title} (${shortId})`),
                  }
            }
            reference={t("reference", { shortId })}
          />
        }
      />
      <main className="mx-auto w-full max-w-[680px] px-4 py-6 sm:py-12">
        <section className="rounded-card border border-line bg-paper p-6 sm:p-10">
          {icon}
          <FocusHeading>{heading}</FocusHeading>
          <div className="mt-3 flex flex-col gap-6">
            {withoutScript === "whole" ? null : (
              <SheetWithoutScript token={token} view={view} isSenderAsked={withoutScript !== "no-sender"} />
            )}
            {children}
          </div>
        </section>
      </main>
    </>
  );
}

interface SheetWithoutScriptProps extends Pick<SheetPageProps, "token" | "view"> {
  readonly isSenderAsked: boolean;
}

/** What is left where no script runs: the document where it may be seen already, and paper. */
async function SheetWithoutScript({ token, view, isSenderAsked }: SheetWithoutScriptProps) {
  const { sender, title, shortId, inPerson, documents } = view;
  if (inPerson || !isSenderAsked) return <PageWithoutScript />;
  const t = await getTranslations("sign.noScript");
  const isOpen = documents !== undefined && documents.length > 0;
  return (
    <WithoutScript
      heading={t("page")}
      text={[
        t("pageText"),
        ...(documents && !isOpen ? [] : [t(isOpen ? "read" : "locked", { sender: sender.name })]),
      ]}
      downloads={documents?.map(({ id, name }) => ({ name, href: `/sign/${token}/files/documents/${id}` }))}
      sender={{ ...sender, subject: `${title} (${shortId})` }}
    />
  );
}
