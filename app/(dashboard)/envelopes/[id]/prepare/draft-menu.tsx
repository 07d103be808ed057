"use client";

import { Ellipsis, Trash2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState, useTransition } from "react";
import { refusalText } from "#components/envelopes/refusal-text.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { IconButton } from "#components/ui/icon-button.tsx";
import { Menu, MenuItem } from "#components/ui/menu.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { discard } from "../actions.ts";

/** What is rarely done with a draft. */
export function DraftMenu({ id, title }: { readonly id: string; readonly title: string }) {
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
