"use client";

import { Archive, ArchiveRestore, Copy, Ellipsis } from "lucide-react";
import { useTranslations } from "next-intl";
import { useTransition } from "react";
import { toast } from "sonner";
import { refusalText } from "#components/envelopes/refusal-text.ts";
import { IconButton } from "#components/ui/icon-button.tsx";
import { Menu, MenuItem } from "#components/ui/menu.tsx";
import type { FormState } from "../../../_server/form.ts";
import { retire, saveTemplate } from "../actions.ts";

interface TemplateMenuProps {
  readonly id: string;
  /** Where it is prepared, as it stands in addresses. */
  readonly envelope: string;
  readonly copyName: string;
  readonly isRetired: boolean;
}

/** What is rarely done with a template. */
export function TemplateMenu({ id, envelope, copyName, isRetired }: TemplateMenuProps) {
  const t = useTranslations("app.templates");
  const refusals = useTranslations("refusals");
  const [isBusy, start] = useTransition();
  const run = (work: () => Promise<FormState>) =>
    start(async () => {
      const { refusal } = await work();
      if (refusal) toast.error(refusalText(refusals, refusal));
    });
  return (
    <Menu
      trigger={
        <IconButton label={t("menu")}>
          <Ellipsis aria-hidden="true" className="size-5" />
        </IconButton>
      }
    >
      <MenuItem
        icon={<Copy aria-hidden="true" className="size-5" />}
        isDisabled={isBusy}
        onSelect={() => run(() => saveTemplate(envelope, copyName))}
      >
        {t("clone")}
      </MenuItem>
      <MenuItem
        icon={
          isRetired ? (
            <ArchiveRestore aria-hidden="true" className="size-5" />
          ) : (
            <Archive aria-hidden="true" className="size-5" />
          )
        }
        isDisabled={isBusy}
        onSelect={() => run(() => retire(id, !isRetired))}
      >
        {t(isRetired ? "revive" : "retire")}
      </MenuItem>
    </Menu>
  );
}
