"use client";

import { Link2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { LinkDaysField, USUAL_LINK_DAYS } from "#components/envelopes/link-days-field.tsx";
import { refusalText } from "#components/envelopes/refusal-text.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { saveFile } from "#components/ui/save-file.ts";

interface GivenLinksProps {
  readonly id: string;
  /** Whom nobody mailed, in words. */
  readonly who: string;
  readonly fileName: string;
}

/** Makes the links that the sender gives people of a bulk send, and downloads them this once. */
export function GivenLinks({ id, who, fileName }: GivenLinksProps) {
  const t = useTranslations("app.bulk.given");
  const refusals = useTranslations("refusals");
  const [isOpen, setOpen] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [days, setDays] = useState(USUAL_LINK_DAYS);
  const [wrong, setWrong] = useState<string | null>(null);

  async function make() {
    setWrong(null);
    setBusy(true);
    try {
      const response = await fetch(`/bulk/${id}/links`, {
        method: "POST",
        headers: { "x-days": String(days) },
      });
      if (response.ok) {
        saveFile(await response.blob(), fileName);
        setOpen(false);
      } else {
        const isJson = response.headers.get("content-type")?.includes("json");
        const answer = isJson ? ((await response.json()) as { code?: string; reference?: string }) : {};
        const { code = "internal", reference } = answer;
        setWrong(refusalText(refusals, { code, ...(reference ? { reference } : {}) }));
      }
    } catch {
      setWrong(refusalText(refusals, { code: "internal" }));
    }
    setBusy(false);
  }

  return (
    <>
      <Button kind="secondary" onClick={() => setOpen(true)}>
        <Link2 aria-hidden="true" className="size-5" />
        {t("open")}
      </Button>
      <Dialog
        isOpen={isOpen}
        onOpenChange={setOpen}
        title={t("title")}
        description={t("consequence", { who })}
        closeLabel={t("cancel")}
        footer={
          <>
            <Button kind="secondary" onClick={() => setOpen(false)}>
              {t("cancel")}
            </Button>
            <Button isBusy={isBusy} onClick={make}>
              {t("confirm")}
            </Button>
          </>
        }
      >
        <div className="mt-4 flex flex-col gap-4">
          {wrong ? <Notice tone="bad">{wrong}</Notice> : null}
          <LinkDaysField days={days} onChoose={setDays} />
        </div>
      </Dialog>
    </>
  );
}
