"use client";

import { Link2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { LinkDaysField, USUAL_LINK_DAYS } from "#components/envelopes/link-days-field.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Instant } from "#components/ui/instant.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { AskingButton } from "../../asking-button.tsx";
import { useAct } from "../../use-act.ts";
import { endHostedLink, hostLink } from "./actions.ts";

interface HostedLinkProps {
  readonly id: string;
  readonly recipientId: string;
  readonly name: string;
}

interface Made {
  readonly url: string;
  readonly expiresAt: string;
}

/** Makes a link that the sender gives somebody, and shows it this once. */
export function HostedLinkButton({
  id,
  recipientId,
  name,
  email,
  replaces,
}: HostedLinkProps & { readonly email: string; readonly replaces: boolean }) {
  const t = useTranslations("app.people.hosted");
  const [isOpen, setOpen] = useState(false);
  const [made, setMade] = useState<Made | null>(null);
  const [isCopied, setCopied] = useState(false);
  const [days, setDays] = useState(USUAL_LINK_DAYS);
  const { act, isBusy, refusal } = useAct();

  function change(isNow: boolean) {
    setOpen(isNow);
    if (isNow) return;
    setMade(null);
    setCopied(false);
  }

  return (
    <>
      <Button kind="quiet" onClick={() => change(true)} aria-label={t("openWhom", { name })}>
        <Link2 aria-hidden="true" className="size-5" />
        {t("open")}
      </Button>
      <Dialog
        isOpen={isOpen}
        onOpenChange={change}
        title={t(made ? "madeTitle" : "title", { name })}
        description={
          made ? (
            <p>
              {t("made")} <Instant at={made.expiresAt} />.
            </p>
          ) : (
            <>
              <p>{t("consequence", { name, email })}</p>
              {replaces ? <p className="mt-2">{t("replaces")}</p> : null}
            </>
          )
        }
        {...(made ? {} : { closeLabel: t("cancel") })}
        footer={
          made ? (
            <Button onClick={() => change(false)}>{t("done")}</Button>
          ) : (
            <>
              <Button kind="secondary" onClick={() => change(false)}>
                {t("cancel")}
              </Button>
              <Button
                isBusy={isBusy}
                onClick={() =>
                  act(
                    () => hostLink(id, recipientId, days),
                    (link) => setMade(link!),
                  )
                }
              >
                {t("confirm")}
              </Button>
            </>
          )
        }
      >
        <div className="mt-4 flex flex-col gap-4">
          {refusal ? <Notice tone="bad">{refusal}</Notice> : null}
          {made ? (
            <>
              <code className="rounded-control border border-line bg-canvas p-3 text-small break-all">
                {made.url}
              </code>
              <Button
                kind="secondary"
                className="self-start"
                onClick={async () => {
                  await navigator.clipboard.writeText(made.url);
                  setCopied(true);
                }}
              >
                <span aria-live="polite">{t(isCopied ? "copied" : "copy")}</span>
              </Button>
            </>
          ) : (
            <LinkDaysField days={days} onChoose={setDays} />
          )}
        </div>
      </Dialog>
    </>
  );
}

/** Ends the link that was given, at once. */
export function EndLinkButton({ id, recipientId, name }: HostedLinkProps) {
  const t = useTranslations("app.people.hosted");
  return (
    <AskingButton
      label={t("revoke")}
      kind="quiet"
      title={t("revokeTitle", { name })}
      description={t("revokeConsequence", { name })}
      cancelLabel={t("keep")}
      confirmLabel={t("revokeConfirm")}
      action={() => endHostedLink(id, recipientId)}
    />
  );
}
