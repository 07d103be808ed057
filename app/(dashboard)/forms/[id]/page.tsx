import { ExternalLink, FileCheck2, FileQuestion, TriangleAlert } from "lucide-react";
import type { Metadata, Route } from "next";
import Link from "next/link";
import { getLocale, getTranslations } from "next-intl/server";
import type { ReactNode } from "react";
import { HashChip } from "#components/ui/hash-chip.tsx";
import { Instant } from "#components/ui/instant.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { Page, Sheet } from "#components/ui/page.tsx";
import { StatusPill } from "#components/ui/status-pill.tsx";
import { jurisdictionName } from "#lib/envelopes/core/forms/jurisdictions.ts";
import { type FormView, getForm } from "#lib/envelopes/forms/list-forms.ts";
import { publicId } from "#lib/ids.ts";
import { memberContext } from "../../../_server/context.ts";
import { answerPage } from "../../../_server/page.ts";
import { dayWords } from "../../retention/day-words.ts";
import { formIdIn } from "../form-id.ts";
import { CheckButton, FileDrop, OpenButton } from "./form-acts.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("app.forms"))("title") };
}

/** One form: where it comes from, which edition it is, who looked at that last, and the templates built on it. */
export default async function FormPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  const ctx = await memberContext();
  const t = await getTranslations("app.forms");
  const locale = await getLocale();
  const form = await answerPage(() => getForm(ctx, { formId: formIdIn(id) }));
  const place = jurisdictionName(form.jurisdiction, locale, t("federal"));
  const edition = form.edition || dayWords(form.editionOn);
  const isBuilt = form.templates.some(({ isOutdated }) => !isOutdated);
  return (
    <Page
      title={form.number ? `${form.number} · ${form.title}` : form.title}
      lead={[place, form.agency].filter(Boolean).join(" · ")}
      actions={
        form.hasFile && form.may.manage ? (
          <OpenButton id={id} label={t(isBuilt ? "openTemplate" : "open")} />
        ) : null
      }
    >
      <div className="grid items-start gap-6 md:grid-cols-2">
        <Sheet title={t("about")}>
          <Facts form={form} place={place} id={id} edition={edition} />
        </Sheet>
        <div className="flex flex-col gap-6">
          <Sheet
            title={t("file")}
            aside={
              <StatusPill
                tone={form.hasFile ? "good" : "neutral"}
                icon={form.hasFile ? FileCheck2 : FileQuestion}
              >
                {t(form.hasFile ? "ready" : "noFile")}
              </StatusPill>
            }
          >
            <div className="flex flex-col gap-4 p-4 sm:p-6">
              <FileFacts form={form} id={id} />
              {form.may.manage ? (
                <FileDrop
                  id={id}
                  edition={edition}
                  isKnown={form.expectedSha256 !== null}
                  hasFile={form.hasFile}
                />
              ) : null}
            </div>
          </Sheet>
          <Sheet title={t("templates")}>
            <Templates form={form} />
          </Sheet>
        </div>
      </div>
    </Page>
  );
}

interface FactsProps {
  readonly form: FormView;
  readonly place: string;
  readonly id: string;
  readonly edition: string;
}

async function Facts({ form, place, id, edition }: FactsProps) {
  const t = await getTranslations("app.forms");
  const { checkedOn, checkedBy } = form;
  return (
    <>
      <dl className="divide-y divide-line">
        <Fact term={t("source")}>
          <a
            href={form.source}
            target="_blank"
            rel="noopener noreferrer"
            className="inline-flex min-h-6 items-center gap-1 [overflow-wrap:anywhere]"
          >
            {form.source}
            <ExternalLink aria-label={t("newTab")} className="size-4 shrink-0" />
          </a>
        </Fact>
        <Fact term={t("edition")}>
          {form.edition ? `${form.edition} · ${dayWords(form.editionOn)}` : dayWords(form.editionOn)}
        </Fact>
        <Fact term={t("lastCheck")}>
          {checkedOn === null
            ? t("neverCheckedLong")
            : checkedBy
              ? t("checkedBy", { day: dayWords(checkedOn), name: checkedBy })
              : t("checkedByCatalogue", { day: dayWords(checkedOn) })}
        </Fact>
        <Fact term={t("filter.place")}>{place}</Fact>
        {form.subject ? <Fact term={t("filter.subject")}>{form.subject}</Fact> : null}
        {form.kind ? <Fact term={t("filter.type")}>{form.kind}</Fact> : null}
      </dl>
      {form.may.manage ? (
        <div className="border-t border-line p-4 sm:px-6">
          <CheckButton id={id} edition={edition} />
        </div>
      ) : null}
    </>
  );
}

const Fact = ({ term, children }: { readonly term: string; readonly children: ReactNode }) => (
  <div className="px-4 py-3 sm:px-6">
    <dt className="text-small text-ink-600">{term}</dt>
    <dd className="[overflow-wrap:anywhere]">{children}</dd>
  </div>
);

async function FileFacts({ form, id }: { readonly form: FormView; readonly id: string }) {
  const t = await getTranslations("app.forms");
  const { file, expectedSha256 } = form;
  const hashWords = { copyLabel: t("copyHash"), copiedLabel: t("copied") };
  if (!file)
    return (
      <>
        <p className="text-ink-700">{t("notIncluded")}</p>
        {expectedSha256 ? (
          <p className="flex flex-wrap items-center gap-2 text-small text-ink-600">
            {t("expected")} <HashChip value={expectedSha256} label={t("expected")} {...hashWords} />
          </p>
        ) : null}
      </>
    );
  return (
    <>
      {expectedSha256 && expectedSha256 !== file.sha256 ? (
        <Notice tone="warn">{t("fileDiffers")}</Notice>
      ) : null}
      <p>
        <a href={`/forms/${id}/file`} download className="underline">
          {t("download")}
        </a>{" "}
        <span className="text-small text-ink-600">
          {t("addedBy", { name: file.addedBy })} <Instant at={file.addedAt.toISOString()} />
        </span>
      </p>
      <p className="flex flex-wrap items-center gap-2 text-small text-ink-600">
        {t(expectedSha256 === file.sha256 ? "fileAsCatalogued" : "fileVouched")}{" "}
        <HashChip value={file.sha256} label={t("fingerprint")} {...hashWords} />
      </p>
    </>
  );
}

async function Templates({ form }: { readonly form: FormView }) {
  const t = await getTranslations("app.forms");
  if (form.templates.length === 0)
    return <p className="px-4 py-5 text-ink-700 sm:px-6">{t("noTemplates")}</p>;
  return (
    <ul className="divide-y divide-line">
      {form.templates.map(({ id, edition, isOutdated, isPublished }) => (
        <li key={id} className="flex flex-wrap items-center justify-between gap-3 px-4 py-3 sm:px-6">
          <span>
            <Link href={`/templates/${publicId("template", id)}` as Route} prefetch={false}>
              {t("templateOf", { edition })}
            </Link>{" "}
            {isPublished ? null : <span className="text-small text-ink-600">{t("unpublished")}</span>}
          </span>
          {isOutdated ? (
            <StatusPill tone="warn" icon={TriangleAlert}>
              {t("outdated")}
            </StatusPill>
          ) : null}
        </li>
      ))}
    </ul>
  );
}
