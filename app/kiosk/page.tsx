import type { Metadata, Route } from "next";
import Link from "next/link";
import { NextIntlClientProvider } from "next-intl";
import { getMessages, getTranslations } from "next-intl/server";
import type { ReactNode } from "react";
import { buttonClass } from "#components/ui/button.tsx";
import { Logo } from "#components/ui/logo.tsx";
import { isRefusal } from "#lib/errors.ts";
import { type KioskView, openKiosk } from "#lib/signing/kiosk/use-kiosk.ts";
import { currentSession, visitor } from "../_server/context.ts";
import { kioskSecret } from "../_server/kiosk.ts";
import { AddressLanguageSwitch } from "../sign/address-language-switch.tsx";
import { PageWithoutScript } from "../sign/without-script.tsx";
import { KioskEnd, KioskStart, Leave } from "./kiosk-start.tsx";
import { WalkUp } from "./walk-up.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("sign.kiosk"))("title") };
}

/** What a host's device shows between two people: names, and nothing of any document. */
export default async function KioskPage() {
  const t = await getTranslations("sign.kiosk");
  const view = await viewNow();
  const { sign, refusals } = await getMessages();
  const isSignedIn = (await currentSession()) !== null;
  if (view?.state !== "open")
    return (
      <Frame>
        <h1 className="text-h2">{t("title")}</h1>
        <p className="mt-2">{t(view ? (view.state as "locked" | "over") : "none")}</p>
        <p className="mt-6">
          {isSignedIn && view ? (
            <NextIntlClientProvider messages={{ sign: { kiosk: sign.kiosk }, refusals }}>
              <KioskEnd />
            </NextIntlClientProvider>
          ) : (
            <Link href={"/sign-in?to=/kiosk" as Route} className={buttonClass("primary", "large")}>
              {t("signIn")}
            </Link>
          )}
        </p>
      </Frame>
    );
  return (
    <Frame>
      <h1 className="text-h2 text-as-parent" dir="auto">
        {view.title}
      </h1>
      <p className="mt-1 text-ink-700">
        {view.organizationName}
        {view.walkUp ? null : ` · ${t("with", { host: view.hostName })}`}
      </p>
      <NextIntlClientProvider messages={{ sign: { kiosk: sign.kiosk, walkUp: sign.walkUp }, refusals }}>
        {view.walkUp ? (
          <>
            <WalkUp view={view} />
            <Leave hostName={view.hostName} />
          </>
        ) : (
          <KioskStart view={view} />
        )}
      </NextIntlClientProvider>
    </Frame>
  );
}

async function viewNow(): Promise<KioskView | null> {
  const secret = await kioskSecret();
  if (!secret) return null;
  try {
    return await openKiosk(await visitor(), secret);
  } catch (error) {
    if (isRefusal(error, "signing/not-found")) return null;
    throw error;
  }
}

/** What the device shows is read by whoever stands before it: in the language they choose, from either side. */
const Frame = ({ children }: { readonly children: ReactNode }) => (
  <>
    <header className="border-b border-line bg-paper">
      <div className="mx-auto flex min-h-14 max-w-[680px] items-center justify-between px-4">
        <Logo />
        <AddressLanguageSwitch />
      </div>
    </header>
    <main className="mx-auto w-full max-w-[680px] px-4 py-6 sm:py-12">
      <section className="rounded-card border border-line bg-paper p-6 sm:p-10">
        <PageWithoutScript className="mb-6" />
        {children}
      </section>
    </main>
  </>
);
