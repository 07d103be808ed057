import { getTranslations } from "next-intl/server";
import type { RowPreview } from "#lib/envelopes/bulk/get-job.ts";
import { publicId } from "#lib/ids.ts";

/** Rows as the documents they become: the page of the draft, with what the row says where it will stand. */
export async function PreviewList({
  previews,
  sourceId,
}: {
  readonly previews: readonly RowPreview[];
  readonly sourceId: string;
}) {
  const t = await getTranslations("app.bulk");
  if (previews.length === 0) return <p className="px-4 py-5 text-ink-700 sm:px-6">{t("noPreview")}</p>;
  return (
    <ul aria-label={t("preview")} className="grid gap-6 px-4 py-4 sm:grid-cols-3 sm:px-6">
      {previews.map(({ line, people, page, values }) => (
        <li key={line} className="min-w-0">
          <p className="font-medium">{t("previewRow", { line })}</p>
          {people.map(({ name, email }) => (
            <p key={email} className="truncate text-small text-ink-600">
              {t("to", { name, email })}
            </p>
          ))}
          {page ? (
            <div
              className="document-paper @container relative mt-2 overflow-hidden border border-line bg-white text-black"
              style={{ aspectRatio: `${page.widthPt} / ${page.heightPt}` }}
            >
              <img
                src={`/envelopes/${sourceId}/pages/${publicId("document", page.documentId)}/${page.page}?w=800`}
                alt={t("pageAlt", { page: page.page + 1, line })}
                className="absolute inset-0 size-full"
                loading="lazy"
              />
              {values.map((value) => (
                <span
                  key={`${value.x} ${value.y} ${value.width}`}
                  className={`absolute truncate px-[0.5cqw] text-[2.4cqw] leading-none ${value.isFilled ? "bg-[#fff3c4] font-medium" : "border border-dashed border-[#7c8894] text-[#566573]"}`}
                  style={{
                    left: `${value.x * 100}%`,
                    top: `${value.y * 100}%`,
                    width: `${value.width * 100}%`,
                    height: `${value.height * 100}%`,
                  }}
                >
                  {value.text}
                </span>
              ))}
            </div>
          ) : null}
        </li>
      ))}
    </ul>
  );
}
