"use client";

import { useTranslations } from "next-intl";
import { type ReactNode, useEffect, useState } from "react";
import { refusalText } from "#components/envelopes/refusal-text.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { Skeleton } from "#components/ui/skeleton.tsx";
import type { Unlikeness } from "#lib/envelopes/core/documents/source-likeness.ts";
import type { DraftDocument } from "#lib/envelopes/get-draft.ts";
import { publicId } from "#lib/ids.ts";
import { compareSource } from "../draft-requests.ts";

interface SourceCheckProps {
  readonly id: string;
  readonly document: DraftDocument;
}

/** Said where a PDF is not what the office document it was made of says of itself. */
export function SourceCheck({ id, document }: SourceCheckProps) {
  const t = useTranslations("app.prepare.documents.unlike");
  const [isOpen, setOpen] = useState(false);
  const { changes, pages, name, sources } = document;
  const [said, fonts] = [changes["pages-unlike"] ?? 0, changes["fonts-unlike"] ?? 0];
  if (said === 0 && fonts === 0) return null;
  return (
    <div className="mt-2">
      <Notice tone="warn">
        <p className="font-medium">{t("title", { name: sources[0]?.name ?? name })}</p>
        {said > 0 ? <p>{t("pages", { said, here: pages.length })}</p> : null}
        {fonts > 0 ? <p>{t("fonts", { count: fonts })}</p> : null}
        <Button kind="secondary" className="mt-2" onClick={() => setOpen(true)}>
          {t("open")}
        </Button>
      </Notice>
      {isOpen ? <SideBySide id={id} document={document} onClose={() => setOpen(false)} /> : null}
    </div>
  );
}

function SideBySide({ id, document, onClose }: SourceCheckProps & { readonly onClose: () => void }) {
  const t = useTranslations("app.prepare.documents.unlike");
  const refusals = useTranslations("refusals");
  const [found, setFound] = useState<Unlikeness | null>(null);
  const [wrong, setWrong] = useState<string | null>(null);
  const { name, pages, sources } = document;
  useEffect(() => {
    let isGone = false;
    compareSource(id, document.id)
      .catch(() => ({ isDone: false as const, code: "files/unavailable" }))
      .then((answer) => {
        if (isGone) return;
        if (answer.isDone) setFound(answer.result);
        else setWrong(refusalText(refusals, { code: answer.code }));
      });
    return () => {
      isGone = true;
    };
  }, [id, document.id, refusals]);
  return (
    <Dialog
      isOpen
      width="wide"
      onOpenChange={(isOpen) => (isOpen ? undefined : onClose())}
      title={t("heading", { name: sources[0]?.name ?? name })}
      description={t("lead")}
      closeLabel={t("close")}
    >
      <div className="mt-4 flex flex-col gap-4">
        {wrong ? <Notice tone="bad">{wrong}</Notice> : null}
        {found === null && !wrong ? <Skeleton className="h-24" /> : null}
        {found ? (
          <div className="grid gap-4 sm:grid-cols-2">
            <Side title={t("yours")}>
              <p>{found.pagesSaid === null ? t("countSame") : t("count", { count: found.pagesSaid })}</p>
              <Fonts title={t("missing")} fonts={found.fontsMissing} none={t("fontsSame")} />
              <p className="mt-3 text-small text-ink-600">{t("hint")}</p>
            </Side>
            <Side title={t("ours")}>
              <p>{t("count", { count: pages.length })}</p>
              <Fonts title={t("standIns")} fonts={found.standIns} none={t("fontsSame")} />
              {/* biome-ignore lint/a11y/noNoninteractiveTabindex: who scrolls by keyboard has to stand in it (WCAG 2.1.1). */}
              <ol aria-label={t("ours")} tabIndex={0} className="mt-3 flex flex-col gap-3">
                {pages.map(({ widthPt, heightPt }, page) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: a page is its place.
                  <li key={page} className="document-paper border border-line bg-white">
                    <img
                      src={`/envelopes/${id}/pages/${publicId("document", document.id)}/${page}?w=800`}
                      alt={t("page", { page: page + 1 })}
                      loading="lazy"
                      width={Math.round(widthPt)}
                      height={Math.round(heightPt)}
                      className="h-auto w-full"
                    />
                  </li>
                ))}
              </ol>
            </Side>
          </div>
        ) : null}
      </div>
    </Dialog>
  );
}

function Side({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section aria-label={title} className="min-w-0 rounded-card border border-line p-4">
      <h3 className="mb-2 font-medium">{title}</h3>
      {children}
    </section>
  );
}

interface FontsProps {
  readonly title: string;
  readonly fonts: readonly string[];
  readonly none: string;
}

function Fonts({ title, fonts, none }: FontsProps) {
  if (fonts.length === 0) return <p className="mt-2">{none}</p>;
  return (
    <>
      <p className="mt-2 text-small text-ink-600">{title}</p>
      <p className="[overflow-wrap:anywhere]">{fonts.join(", ")}</p>
    </>
  );
}
