import { Download } from "lucide-react";
import { getTranslations } from "next-intl/server";
import { EarlierList } from "#components/envelopes/earlier-list.tsx";
import { buttonClass } from "#components/ui/button.tsx";
import { HashChip } from "#components/ui/hash-chip.tsx";
import { Sheet } from "#components/ui/page.tsx";
import type { EnvelopeDocument, EnvelopeView } from "#lib/envelopes/get-envelope.ts";
import { publicId } from "#lib/ids.ts";

interface DocumentListProps {
  readonly id: string;
  readonly envelope: EnvelopeView;
}

/** The documents, with what identifies each and the way to keep it. */
export async function DocumentList({ id, envelope }: DocumentListProps) {
  const t = await getTranslations("app.documents");
  return (
    <Sheet title={t("title")}>
      <ul className="divide-y divide-line">
        {envelope.documents.map((document) => (
          <DocumentRow key={document.id} id={id} envelope={envelope} document={document} />
        ))}
      </ul>
    </Sheet>
  );
}

async function DocumentRow({
  id,
  envelope,
  document,
}: DocumentListProps & { readonly document: EnvelopeDocument }) {
  const t = await getTranslations("app.documents");
  const { name, pageCount, originalSha256, sha256, revision, isSealed, earlier } = document;
  const folder = `/envelopes/${id}/files/documents/${publicId("document", document.id)}`;
  const words = { copyLabel: t("copy"), copiedLabel: t("copied") };
  return (
    <li className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3 px-4 py-4 sm:px-6">
      <div className="min-w-0 flex-1 basis-80">
        <p className="font-medium [overflow-wrap:anywhere]">
          {name}{" "}
          <span className="text-small font-normal text-ink-600">{t("pages", { count: pageCount })}</span>
        </p>
        <dl className="mt-2 flex flex-col gap-2 text-small text-ink-700">
          <div className="flex flex-wrap items-center gap-x-2">
            <dt>{t("uploaded")}</dt>
            <dd className="min-w-0">
              <HashChip value={originalSha256} label={t("hashOfUpload")} {...words} />
            </dd>
          </div>
          {revision > 0 ? (
            <div className="flex flex-wrap items-center gap-x-2">
              <dt>{isSealed ? t("sealed") : t("now", { revision })}</dt>
              <dd className="min-w-0">
                <HashChip value={sha256} label={isSealed ? t("hashOfSealed") : t("hashOfNow")} {...words} />
              </dd>
            </div>
          ) : null}
        </dl>
        {earlier ? (
          <div className="mt-2">
            <EarlierList earlier={earlier} />
          </div>
        ) : null}
      </div>
      {envelope.may.download ? (
        <div className="flex flex-wrap gap-2">
          {revision > 0 ? (
            <a href={`${folder}/current`} download className={buttonClass("secondary")}>
              <Download aria-hidden="true" className="size-5" />
              {isSealed ? t("downloadSigned") : t("downloadNow")}
              <span className="sr-only"> {name}</span>
            </a>
          ) : null}
          <a href={`${folder}/original`} download className={buttonClass("quiet")}>
            <Download aria-hidden="true" className="size-5" />
            {t("downloadOriginal")}
            <span className="sr-only"> {name}</span>
          </a>
        </div>
      ) : null}
    </li>
  );
}
