import { Download } from "lucide-react";
import { getTranslations } from "next-intl/server";
import { buttonClass } from "#components/ui/button.tsx";
import type { CeremonyView } from "#lib/signing/open-ceremony.ts";

interface VoidDocumentsProps {
  readonly token: string;
  readonly view: CeremonyView;
}

/** What somebody had signed before it was withdrawn: to keep and to read, VOID across every page. */
export async function VoidDocuments({ token, view: { documents } }: VoidDocumentsProps) {
  const t = await getTranslations("sign.state.voided");
  return (
    <section aria-labelledby="void-documents" className="flex flex-col gap-4">
      <h2 id="void-documents" className="text-h3">
        {t("kept")}
      </h2>
      <p>{t("keptLead")}</p>
      {documents.map(({ id, name, revision, pages }) => (
        <div key={id} className="flex flex-col gap-4">
          <a
            href={`/sign/${token}/files/documents/${id}`}
            className={`${buttonClass("secondary", "large")} sm:self-start`}
          >
            <Download aria-hidden="true" size={20} className="shrink-0" />
            {documents.length > 1 ? t("downloadNamed", { name }) : t("download")}
          </a>
          {pages.map(({ widthPt, heightPt }, page) => (
            <img
              key={`${id} ${String(page)}`}
              src={`/sign/${token}/pages/${id}/${revision}/${page}?w=800&void`}
              alt={t("page", { name, page: page + 1 })}
              width={Math.round(widthPt)}
              height={Math.round(heightPt)}
              loading="lazy"
              className="h-auto w-full border border-line bg-white"
            />
          ))}
        </div>
      ))}
    </section>
  );
}
