import type { Metadata, Route } from "next";
import Link from "next/link";
import { NextIntlClientProvider } from "next-intl";
import { getMessages, getTranslations } from "next-intl/server";
import type { ReactNode } from "react";
import { LanguageSwitch } from "#components/signing/language-switch.tsx";
import { buttonClass } from "#components/ui/button.tsx";
import { Logo } from "#components/ui/logo.tsx";
import { isRefusal } from "#lib/errors.ts";
import { type KioskView, openKiosk } from "#lib/signing/kiosk/use-kiosk.ts";
import { currentSession, visitor } from "../_server/context.ts";
import { kioskSecret } from "../_server/kiosk.ts";
import { pageLanguage } from "../_server/page-language.ts";
import { KioskEnd, KioskStart, Leave } from "./kiosk-start.tsx";
import { WalkUp } from "./walk-up.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("app.kiosk"))("title") };
}

/** What a host's device shows between two people: names, and nothing of any document. */
export default async function KioskPage() {
  const t = await getTranslations("app.kiosk");
  const view = await viewNow();
  const { app, sign, refusals } = await getMessages();
  const isSignedIn = (await currentSession()) !== null;
  if (view?.state !== "open")
    return (
      <Frame>
        <h1 className="text-h2">{t("title")}</h1>
        <p className="mt-2">{t(view ? (view.state as "locked" | "over") : "none")}</p>
        <p className="mt-6">
          {isSignedIn && view ? (
            <NextIntlClientProvider messages={{ app: { kiosk: app.kiosk }, refusals }}>
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
    <Frame aside={view.walkUp ? <StandLanguage /> : null} isEnglish={!view.walkUp}>
      <h1 className="text-h2 text-as-parent" dir="auto">
        {view.title}
      </h1>
      <p className="mt-1 text-ink-700">
        {view.organizationName}
        {view.walkUp ? null : ` · ${t("with", { host: view.hostName })}`}
      </p>
      <NextIntlClientProvider
        messages={{ app: { kiosk: app.kiosk }, sign: { walkUp: sign.walkUp }, refusals }}
      >
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

async function StandLanguage() {
  const t = await getTranslations("sign.menu");
  const { language, offered } = await pageLanguage();
  return <LanguageSwitch label={t("language")} current={language} offered={offered} action={null} />;
}

interface FrameProps {
  readonly aside?: ReactNode;
  /** It has words in English alone, whatever the address asks for. */
  readonly isEnglish?: boolean;
  readonly children: ReactNode;
}

const Frame = ({ aside, isEnglish = true, children }: FrameProps) => (
  <div {...(isEnglish ? { lang: "en", dir: "ltr" } : {})}>
    <header className="border-b border-line bg-paper">
      <div className="mx-auto flex min-h-14 max-w-[680px] items-center justify-between px-4">
        <Logo />
        {aside}
      </div>
    </header>
    <main className="mx-auto w-full max-w-[680px] px-4 py-6 sm:py-12">
      <section className="rounded-card border border-line bg-paper p-6 sm:p-10">{children}</section>
    </main>
  </div>
);
