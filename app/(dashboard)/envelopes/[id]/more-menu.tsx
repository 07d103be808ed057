"use client";

import { Archive, ArchiveRestore, BookCopy, CopyPlus, Ellipsis, FolderInput, Tag } from "lucide-react";
import { useTranslations } from "next-intl";
import { type FormEvent, useState, useTransition } from "react";
import { toast } from "sonner";
import { refusalText } from "#components/envelopes/refusal-text.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { IconButton } from "#components/ui/icon-button.tsx";
import { Menu, MenuItem } from "#components/ui/menu.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import type { FormState } from "../../../_server/form.ts";
import { usePageCommands } from "../../page-commands.ts";
import { saveTemplate } from "../../templates/actions.ts";
import { FolderChoice } from "../organize-fields.tsx";
import { clone, fileEnvelope, moveTo, tagWith } from "./after-actions.ts";

interface MoreMenuProps {
  readonly id: string;
  readonly folders: readonly { readonly id: string; readonly name: string }[];
  readonly folderId: string | null;
  readonly tags: readonly string[];
  /** It is over: lists can leave it out. */
  readonly isOver: boolean;
  readonly isFiledAway: boolean;
}

/** What is rarely done with an envelope that was sent. */
export function MoreMenu({ id, folders, folderId, tags, isOver, isFiledAway }: MoreMenuProps) {
  const t = useTranslations("app.envelope");
  const refusals = useTranslations("refusals");
  const [open, setOpen] = useState<"move" | "tag" | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, start] = useTransition();
  const run = (act: (id: string) => Promise<FormState>, done?: string) => () =>
    start(async () => {
      const { refusal } = await act(id);
      if (refusal) toast.error(refusalText(refusals, refusal));
      else if (done) toast(done);
    });
  usePageCommands([
    { id: "clone", label: t("clone"), isRare: true, run: run(clone) },
    {
      id: "save-as-template",
      label: t("saveAsTemplate"),
      isRare: true,
      run: run((envelope) => saveTemplate(envelope)),
    },
    { id: "move", label: t("move"), run: () => ask("move") },
    { id: "tag", label: t("tag"), run: () => ask("tag") },
  ]);

  function ask(what: "move" | "tag") {
    setProblem(null);
    setOpen(what);
  }

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    start(async () => {
      const { refusal } = await (open === "move" ? moveTo : tagWith)(id, form);
      if (refusal) return setProblem(refusalText(refusals, refusal));
      setOpen(null);
      toast(t(open === "move" ? "moved" : "tagsSaved"));
    });
  }

  return (
    <>
      <Menu
        trigger={
          <IconButton
            label={t("more")}
            aria-busy={isBusy || undefined}
            className="border-line-strong! bg-paper"
          >
            <Ellipsis aria-hidden="true" className="size-5" />
          </IconButton>
        }
      >
        <MenuItem
          icon={<CopyPlus aria-hidden="true" className="size-5" />}
          isDisabled={isBusy}
          onSelect={run(clone)}
        >
          {t("clone")}
        </MenuItem>
        <MenuItem
          icon={<BookCopy aria-hidden="true" className="size-5" />}
          isDisabled={isBusy}
          onSelect={run((envelope) => saveTemplate(envelope))}
        >
          {t("saveAsTemplate")}
        </MenuItem>
        <MenuItem
          icon={<FolderInput aria-hidden="true" className="size-5" />}
          isDisabled={isBusy}
          onSelect={() => ask("move")}
        >
          {t("move")}
        </MenuItem>
        <MenuItem
          icon={<Tag aria-hidden="true" className="size-5" />}
          isDisabled={isBusy}
          onSelect={() => ask("tag")}
        >
          {t("tag")}
        </MenuItem>
        {isOver ? (
          <MenuItem
            icon={
              isFiledAway ? (
                <ArchiveRestore aria-hidden="true" className="size-5" />
              ) : (
                <Archive aria-hidden="true" className="size-5" />
              )
            }
            isDisabled={isBusy}
            onSelect={run(
              (envelope) => fileEnvelope(envelope, !isFiledAway),
              t(isFiledAway ? "takenBack" : "filedAway"),
            )}
          >
            {t(isFiledAway ? "takeBack" : "fileAway")}
          </MenuItem>
        ) : null}
      </Menu>
      <Dialog
        isOpen={open !== null}
        onOpenChange={(isOpen) => setOpen(isOpen ? open : null)}
        title={open === null ? "" : t(open === "move" ? "moveTitle" : "tagTitle")}
        closeLabel={t("cancel")}
        footer={
          <>
            <Button kind="secondary" onClick={() => setOpen(null)}>
              {t("cancel")}
            </Button>
            <Button type="submit" form="organize-form" isBusy={isBusy}>
              {open === null ? "" : t(open === "move" ? "moveConfirm" : "tagConfirm")}
            </Button>
          </>
        }
      >
        <form method="post" id="organize-form" onSubmit={submit} className="mt-4 flex flex-col gap-4">
          {problem ? <Notice tone="bad">{problem}</Notice> : null}
          {open === "move" ? <FolderChoice folders={folders} current={folderId} /> : null}
          {open === "tag" ? (
            <TextField
              name="tags"
              label={t("tags")}
              hint={t("tagsHint")}
              defaultValue={tags.join(", ")}
              maxLength={1_300}
            />
          ) : null}
        </form>
      </Dialog>
    </>
  );
}
