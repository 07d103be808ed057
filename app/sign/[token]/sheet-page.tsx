import { getTranslations } from "next-intl/server";
import type { ReactNode } from "react";
import { FocusHeading } from "#components/signing/focus-heading.tsx";
import { SignerHeader } from "#components/signing/signer-header.tsx";
import { SignerMenu } from "#components/signing/signer-menu.tsx";
import { mailTo } from "#components/signing/words.ts";
import type { CeremonyView } from "#lib/signing/open-ceremony.ts";
import { PageLanguageSwitch, type SignerPlace } from "./page-language-switch.tsx";

interface SheetPageProps {
  readonly view: Pick<CeremonyView, "title" | "organizationName" | "sender" | "shortId"> &
    Partial<Pick<CeremonyView, "inPerson">>;
  readonly token: string;
  /** Which page this is, where it is not the link's first. */
  readonly place?: SignerPlace;
  readonly heading: string;
  readonly icon?: ReactNode;
  readonly children: ReactNode;
}

/** A page that says how things stand: one sheet, with help where it is on every page of a signer. */
export async function SheetPage({ view, token, place, heading, icon, children }: SheetPageProps) {
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
          <div className="mt-3 flex flex-col gap-6">{children}</div>
        </section>
      </main>
    </>
  );
}
