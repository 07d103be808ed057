"use client";

import { BookCopy, CopyPlus, Ellipsis, Trash2, UsersRound } from "lucide-react";
import type { Route } from "next";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useState, useTransition } from "react";
import { toast } from "sonner";
import { refusalText } from "#components/envelopes/refusal-text.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { IconButton } from "#components/ui/icon-button.tsx";
import { Menu, MenuItem } from "#components/ui/menu.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { publicId, type TemplateId } from "#lib/ids.ts";
import { usePageCommands } from "../../../page-commands.ts";
import { saveTemplate } from "../../../templates/actions.ts";
import { discard } from "../actions.ts";
import { clone } from "../after-actions.ts";
import type { DraftStore } from "./draft-store.ts";

interface DraftMenuProps {
  readonly id: string;
  readonly title: string;
  readonly templateId: TemplateId | null;
  readonly saver: DraftStore["saver"];
}

/** What is rarely done with a draft. */
export function DraftMenu({ id, title, templateId, saver }: DraftMenuProps) {
  const t = useTranslations("app.prepare.discard");
  const refusals = useTranslations("refusals");
  const [isOpen, setOpen] = useState(false);
  const [wrong, setWrong] = useState<string | null>(null);
  const [isBusy, start] = useTransition();

  function confirm() {
    setWrong(null);
    start(async () => {
      const { refusal } = await discard(id);
      if (refusal) setWrong(refusalText(refusals, refusal));
    });
  }

  function saveAsTemplate() {
    start(async () => {
      await saver.flush();
      const { refusal } = await saveTemplate(id);
      if (refusal) toast.error(refusalText(refusals, refusal));
    });
  }

  function makeAnother() {
    start(async () => {
      await saver.flush();
      const { refusal } = await clone(id);
      if (refusal) toast.error(refusalText(refusals, refusal));
    });
  }

  usePageCommands(
    templateId
      ? []
      : [
          { id: "clone", label: t("clone"), isRare: true, run: makeAnother },
          { id: "save-as-template", label: t("saveAsTemplate"), isRare: true, run: saveAsTemplate },
          { id: "discard", label: t("open"), isRare: true, run: () => setOpen(true) },
        ],
  );

  // A template is taken out of use on its own page.
  if (templateId)
    return (
      <Link
        href={`/templates/${publicId("template", templateId)}` as Route}
        className="flex min-h-11 min-w-11 items-center justify-center px-2 text-small"
      >
        <BookCopy aria-hidden="true" className="size-5 sm:hidden" />
        <span className="sr-only sm:not-sr-only">{t("toTemplate")}</span>
      </Link>
    );
  return (
    <>
      <Menu
        trigger={
          <IconButton label={t("more")}>
            <Ellipsis aria-hidden="true" className="size-5" />
          </IconButton>
        }
      >
        <MenuItem
          icon={<CopyPlus aria-hidden="true" className="size-5" />}
          isDisabled={isBusy}
          onSelect={makeAnother}
        >
          {t("clone")}
        </MenuItem>
        <MenuItem
          icon={<BookCopy aria-hidden="true" className="size-5" />}
          isDisabled={isBusy}
          onSelect={saveAsTemplate}
        >
          {t("saveAsTemplate")}
        </MenuItem>
        <MenuItem asChild>
          <Link href={`/envelopes/${id}?show=1` as Route} onClick={() => void saver.flush()}>
            <UsersRound aria-hidden="true" className="size-5" />
            {t("share")}
          </Link>
        </MenuItem>
        <MenuItem
          isDanger
          icon={<Trash2 aria-hidden="true" className="size-5" />}
          onSelect={() => setOpen(true)}
        >
          {t("open")}
        </MenuItem>
      </Menu>
      <Dialog
        isOpen={isOpen}
        onOpenChange={setOpen}
        title={t("title", { title })}
        description={t("consequence")}
        closeLabel={t("cancel")}
        footer={
          <>
            <Button kind="secondary" onClick={() => setOpen(false)}>
              {t("cancel")}
            </Button>
            <Button kind="danger" isBusy={isBusy} onClick={confirm}>
              {t("confirm")}
            </Button>
          </>
        }
      >
        {wrong ? (
          <div className="mt-4">
            <Notice tone="bad">{wrong}</Notice>
          </div>
        ) : null}
      </Dialog>
    </>
  );
}
