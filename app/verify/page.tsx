import "@fontsource-variable/inter/wght.css";
import type { Metadata } from "next";
import { getMessages, getTranslations } from "next-intl/server";
import { LanguageSwitch } from "#components/signing/language-switch.tsx";
import { Logo } from "#components/ui/logo.tsx";
import { sha256, toHex } from "#lib/bytes.ts";
import { formatLocale } from "#lib/envelopes/core/languages.ts";
import { typedShortId } from "#lib/evidence/core/lookup/printed-pair.ts";
import type { CheckWords } from "#lib/evidence/core/validation/describe-report.ts";
import { selectableLists } from "#lib/evidence/trust/select-lists.ts";
import { CHECK_LIMITS } from "#lib/evidence/validate-upload.ts";
import { publishedRoot } from "#lib/pki/published.ts";
import { currentSession, visitor } from "../_server/context.ts";
import { pageLanguage } from "../_server/page-language.ts";
import { LookUpForm, type LookUpWords } from "./look-up-form.tsx";
import { VerifyDesk, type VerifyWords } from "./verify-desk.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("verify"))("title") };
}

/** Where anybody checks a signed PDF. */
export default async function VerifyPage({
  searchParams,
}: {
  readonly searchParams: Promise<{ readonly id?: string | string[] }>;
}) {
  const { id } = await searchParams;
  const { runtime } = await visitor();
  const root = await publishedRoot(runtime);
  const session = await currentSession();
  const lists = await selectableLists(runtime, session?.ctx ?? null);
  const t = await getTranslations("verify");
  const menu = await getTranslations("sign.menu");
  const { language, offered } = await pageLanguage();
  const { verify } = (await getMessages()) as {
    readonly verify: {
      readonly desk: VerifyWords;
      readonly lookUp: LookUpWords;
      readonly report: CheckWords;
    };
  };
  return (
    <main className="mx-auto flex min-h-dvh w-full max-w-[760px] flex-col gap-6 px-4 py-8 sm:py-12">
      <div className="flex items-center justify-between gap-3">
        <p className="flex items-center gap-2 text-lead font-semibold text-action-700">
          <Logo /> Whereof
        </p>
        <LanguageSwitch label={menu("language")} current={language} offered={offered} action={null} />
      </div>
      <div>
        <h1 className="mb-2 text-h1">{t("title")}</h1>
        <p className="max-w-[64ch] text-ink-700">{t("lead")}</p>
      </div>
      <noscript>
        <p className="rounded-control border border-line bg-paper p-4">{t("noScript")}</p>
      </noscript>
      <VerifyDesk
        words={verify.desk}
        report={verify.report}
        locale={formatLocale(language)}
        limitBytes={CHECK_LIMITS.sizeBytes}
        lists={lists}
      />
      <LookUpForm
        words={verify.lookUp}
        test={verify.report.summaries.test}
        locale={formatLocale(language)}
        shortId={typeof id === "string" ? (typedShortId(id) ?? "") : ""}
      />
      <section className="border-t border-line pt-6 text-small text-ink-700">
        <h2 className="mb-2 text-base font-semibold text-ink-900">{t("elsewhere")}</h2>
        <p className="max-w-[72ch]">{t("elsewhereLead")}</p>
        {root ? (
          <p className="mt-3">
            <a href="/pki/root.cer" download>
              {t("root")}
            </a>
            <span className="mt-1 block break-all font-mono text-mono text-as-parent" dir="ltr">
              SHA-256 {toHex(sha256(root))}
            </span>
          </p>
        ) : null}
      </section>
    </main>
  );
}
