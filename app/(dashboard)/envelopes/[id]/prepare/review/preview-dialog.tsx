"use client";

import { Monitor, RotateCcw, Smartphone, X } from "lucide-react";
import { useTranslations } from "next-intl";
import { Dialog as Radix, ToggleGroup } from "radix-ui";
import { useEffect, useState } from "react";
import { calledBy } from "#components/envelopes/people.ts";
import { Button } from "#components/ui/button.tsx";
import { IconButton } from "#components/ui/icon-button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import type { DraftRecipient } from "#lib/envelopes/core/draft.ts";
import type { DraftStore } from "../draft-store.ts";

interface PreviewDialogProps {
  readonly id: string;
  readonly store: DraftStore;
  readonly person: DraftRecipient;
  readonly onClose: () => void;
}

const WIDTHS = { phone: Smartphone, desktop: Monitor } as const;
type Width = keyof typeof WIDTHS;

/** The very page somebody will sign on, in a frame: its own window, so that a narrow one is a telephone's. */
export function PreviewDialog({ id, store, person, onClose }: PreviewDialogProps) {
  const t = useTranslations("app.preview");
  const review = useTranslations("app.prepare.review");
  const [width, setWidth] = useState<Width>(() => (window.innerWidth < 768 ? "phone" : "desktop"));
  const [state, setState] = useState<"saving" | "shown" | "unsaved">("saving");
  const [round, setRound] = useState(0);
  const name = calledBy(person) || review("nobody");
  useEffect(() => {
    // It is made of what is kept.
    void store.saver.flush().then((isKept) => setState(isKept ? "shown" : "unsaved"));
  }, [store]);
  const address = `/preview/${id}/${person.id}?lang=${person.language || "en"}`;
  return (
    <Radix.Root open onOpenChange={(isOpen) => isOpen || onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-black/50" />
        <Radix.Content className="fixed inset-0 z-50 flex flex-col bg-canvas outline-none sm:inset-4 sm:rounded-card sm:shadow-float">
          <div className="flex flex-wrap items-center gap-x-4 gap-y-1 border-b border-line bg-paper px-4 py-2 sm:rounded-t-card sm:px-6">
            <Radix.Title className="min-w-0 flex-1 basis-40 text-lead font-semibold [overflow-wrap:anywhere]">
              {t("dialog", { name })}
            </Radix.Title>
            <ToggleGroup.Root
              type="single"
              value={width}
              onValueChange={(value) => value && setWidth(value as Width)}
              aria-label={t("width")}
              className="flex gap-1"
            >
              {(["phone", "desktop"] as const).map((value) => {
                const Icon = WIDTHS[value];
                return (
                  <ToggleGroup.Item
                    key={value}
                    value={value}
                    className="flex min-h-11 items-center gap-2 rounded-control border border-line px-3 text-small data-[state=on]:border-action-700 data-[state=on]:bg-action-50 data-[state=on]:text-action-700 sm:min-h-10"
                  >
                    <Icon aria-hidden="true" className="size-5" />
                    {t(`widths.${value}`)}
                  </ToggleGroup.Item>
                );
              })}
            </ToggleGroup.Root>
            <Button kind="quiet" onClick={() => setRound(round + 1)}>
              <RotateCcw aria-hidden="true" className="size-5" />
              {t("again")}
            </Button>
            <Radix.Close asChild>
              <IconButton label={t("close")}>
                <X aria-hidden="true" className="size-5" />
              </IconButton>
            </Radix.Close>
            <Radix.Description className="w-full pb-1 text-small text-ink-700">
              {t("lead", { name })}
            </Radix.Description>
          </div>
          <div className="min-h-0 flex-1 overflow-x-auto p-2 sm:p-4">
            {state === "shown" ? (
              <iframe
                key={round}
                title={t("dialog", { name })}
                src={address}
                className={`mx-auto block h-full rounded-card border border-line-strong bg-paper ${width === "phone" ? "w-[390px]" : "w-full min-w-[1024px]"}`}
              />
            ) : state === "saving" ? (
              <p role="status" className="p-6 text-center text-ink-700">
                {t("saving")}
              </p>
            ) : (
              <Notice tone="bad">{t("unsaved")}</Notice>
            )}
          </div>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
