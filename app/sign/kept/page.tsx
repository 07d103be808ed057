import type { Metadata } from "next";
import { getLocale, getMessages, getTranslations } from "next-intl/server";
import type { SignWords } from "#components/signing/words.ts";
import { Logo } from "#components/ui/logo.tsx";
import { AddressLanguageSwitch } from "../address-language-switch.tsx";
import { PageWithoutScript } from "../without-script.tsx";
import { KeptList } from "./kept-list.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("sign.offline.list"))("title") };
}

/** What lies on this device to be signed. The server knows nothing of whoever looks: the page is alike for all. */
export default async function KeptPage() {
  const { sign } = (await getMessages()) as unknown as { sign: SignWords };
  return (
    <>
      <header className="border-b border-line bg-paper">
        <div className="mx-auto flex min-h-14 max-w-[680px] items-center justify-between px-4">
          <Logo />
          <AddressLanguageSwitch />
        </div>
      </header>
      <main className="mx-auto w-full max-w-[680px] px-4 py-6 sm:py-12">
        <section className="rounded-card border border-line bg-paper p-6 sm:p-10">
          <h1 className="text-h2">{sign.offline.list.title}</h1>
          <p className="mt-2 text-ink-700">{sign.offline.list.lead}</p>
          <PageWithoutScript className="mt-4" />
          <KeptList words={sign.offline} locale={await getLocale()} />
        </section>
      </main>
    </>
  );
}
