"use client";

import { useTranslations } from "next-intl";
import { useEffect, useState, useTransition } from "react";
import { toast } from "sonner";
import { refusalText } from "#components/envelopes/refusal-text.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { HashChip } from "#components/ui/hash-chip.tsx";
import { Instant } from "#components/ui/instant.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { Skeleton } from "#components/ui/skeleton.tsx";
import type { DraftDocument } from "#lib/envelopes/get-draft.ts";
import type { DocumentId } from "#lib/ids.ts";
import { type ListedVersion, listVersions } from "../draft-requests.ts";
import type { DraftStore } from "../draft-store.ts";

interface VersionsDialogProps {
  readonly id: string;
  readonly document: DraftDocument;
  readonly store: DraftStore;
  readonly onClose: () => void;
}

/** What a document was before, by whom and when, and the way back to it. */
export function VersionsDialog({ id, document, store, onClose }: VersionsDialogProps) {
  const t = useTranslations("app.prepare.documents.versions");
  const refusals = useTranslations("refusals");
  const [versions, setVersions] = useState<readonly ListedVersion[] | null>(null);
  const [wrong, setWrong] = useState<string | null>(null);
  const [isBusy, start] = useTransition();

  useEffect(() => {
    let isGone = false;
    listVersions(id, document.id)
      .catch(() => ({ isDone: false as const, code: "files/unavailable" }))
      .then((answer) => {
        if (isGone) return;
        if (answer.isDone) setVersions(answer.result);
        else setWrong(refusalText(refusals, { code: answer.code }));
      });
    return () => {
      isGone = true;
    };
  }, [id, document.id, refusals]);

  function restore(versionId: DocumentId, number: number) {
    setWrong(null);
    start(async () => {
      const answer = await store.restore(document.id, versionId).catch(() => null);
      if (!answer?.isDone) {
        setWrong(refusalText(refusals, { code: answer?.code ?? "files/unavailable" }));
        return;
      }
      toast.success(t("restored", { number }));
      onClose();
    });
  }

  return (
    <Dialog
      isOpen
      onOpenChange={(isOpen) => (isOpen ? undefined : onClose())}
      title={t("title", { name: document.name })}
      description={t("lead")}
      closeLabel={t("close")}
    >
      <div className="mt-4 flex flex-col gap-3">
        {wrong ? <Notice tone="bad">{wrong}</Notice> : null}
        {versions === null && !wrong ? <Skeleton className="h-24" /> : null}
        <ol aria-label={t("list")} className="flex flex-col gap-3">
          {versions?.map((version) => (
            <li key={version.id} className="rounded-card border border-line p-3">
              <p className="font-medium">
                {t("number", { number: version.number })}
                {version.isCurrent ? ` · ${t("current")}` : ""}
              </p>
              <p className="text-small text-ink-700">
                {t("what", {
                  ...{ how: version.how, marks: version.marks, additions: version.additions },
                  of: version.of ?? 0,
                })}{" "}
                {version.by ? t("by", { name: version.by }) : null} <Instant at={version.at} />
              </p>
              <HashChip
                value={version.sha256}
                label={t("hash")}
                copyLabel={t("copy")}
                copiedLabel={t("copied")}
              />
              {version.isCurrent ? null : (
                <Button
                  kind="secondary"
                  className="mt-2"
                  isBusy={isBusy}
                  onClick={() => restore(version.id, version.number)}
                >
                  {t("restore", { number: version.number })}
                </Button>
              )}
            </li>
          ))}
        </ol>
      </div>
    </Dialog>
  );
}
