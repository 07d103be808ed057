"use client";

import { useTranslations } from "next-intl";
import { Dialog } from "#components/ui/dialog.tsx";

const LINES = [
  "arrows",
  "shiftArrows",
  "altArrows",
  "digits",
  "duplicate",
  "choose",
  "all",
  "copy",
  "delete",
  "undo",
  "redo",
  "escape",
  "commands",
  "help",
] as const;

interface KeyboardHelpProps {
  readonly isOpen: boolean;
  readonly onOpenChange: (isOpen: boolean) => void;
}

/** What every key does to the chosen field. */
export function KeyboardHelp({ isOpen, onOpenChange }: KeyboardHelpProps) {
  const t = useTranslations("app.prepare.keyboard");
  return (
    <Dialog
      isOpen={isOpen}
      onOpenChange={onOpenChange}
      title={t("title")}
      description={t("lead")}
      closeLabel={t("close")}
    >
      <dl className="mt-4 grid grid-cols-[auto_1fr] gap-x-6 gap-y-2">
        {LINES.map((line) => (
          <div key={line} className="contents">
            <dt className="font-mono text-small whitespace-nowrap">{t(`${line}.keys`)}</dt>
            <dd>{t(`${line}.what`)}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
