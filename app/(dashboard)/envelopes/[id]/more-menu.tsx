"use client";

import { BookCopy, CopyPlus, Ellipsis } from "lucide-react";
import { useTranslations } from "next-intl";
import { useTransition } from "react";
import { toast } from "sonner";
import { refusalText } from "#components/envelopes/refusal-text.ts";
import { IconButton } from "#components/ui/icon-button.tsx";
import { Menu, MenuItem } from "#components/ui/menu.tsx";
import type { FormState } from "../../../_server/form.ts";
import { usePageCommands } from "../../page-commands.ts";
import { saveTemplate } from "../../templates/actions.ts";
import { clone } from "./after-actions.ts";

/** What is rarely done with an envelope that was sent. */
export function MoreMenu({ id }: { readonly id: string }) {
  const t = useTranslations("app.envelope");
  const refusals = useTranslations("refusals");
  const [isBusy, start] = useTransition();
  const run = (act: (id: string) => Promise<FormState>) => () =>
    start(async () => {
      const { refusal } = await act(id);
      if (refusal) toast.error(refusalText(refusals, refusal));
    });
  usePageCommands([
    { id: "clone", label: t("clone"), run: run(clone) },
    { id: "save-as-template", label: t("saveAsTemplate"), run: run((envelope) => saveTemplate(envelope)) },
  ]);
  return (
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
    </Menu>
  );
}
