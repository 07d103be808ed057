"use client";

import { UserRoundX } from "lucide-react";
import { useTranslations } from "next-intl";
import { useTransition } from "react";
import { toast } from "sonner";
import { refusalText } from "#components/envelopes/refusal-text.ts";
import { IconButton } from "#components/ui/icon-button.tsx";
import { Sheet } from "#components/ui/page.tsx";
import { SelectField } from "#components/ui/select-field.tsx";
import type { Colleague } from "#lib/envelopes/share-envelope.ts";
import { AskingButton } from "../../asking-button.tsx";
import { handEnvelopeOver, share } from "./after-actions.ts";

interface ShareSheetProps {
  readonly id: string;
  readonly ownerId: string;
  readonly readerIds: readonly string[];
  readonly helperIds: readonly string[];
  readonly colleagues: readonly Colleague[];
}

const SENDS = new Set(["owner", "admin", "sender"]);

/** With whom an envelope is shared, and to whom it can be handed over. */
export function ShareSheet({ id, ownerId, readerIds, helperIds, colleagues }: ShareSheetProps) {
  const t = useTranslations("app.share");
  const refusals = useTranslations("refusals");
  const [isBusy, start] = useTransition();
  const nameOf = (memberId: string) => colleagues.find((one) => one.id === memberId)?.name ?? t("somebody");
  const known = [
    ...helperIds.map((memberId) => ({ memberId, access: "act" as const })),
    ...readerIds.map((memberId) => ({ memberId, access: "read" as const })),
  ];
  const others = colleagues.filter((one) => one.id !== ownerId);
  const options = (all: readonly Colleague[]) => all.map(({ id, name }) => ({ value: id, label: name }));
  const remove = (memberId: string) =>
    start(async () => {
      const form = new FormData();
      form.set("member", memberId);
      form.set("access", "none");
      const { refusal } = await share(id, form);
      if (refusal) toast.error(refusalText(refusals, refusal));
    });
  return (
    <Sheet
      title={t("title")}
      aside={
        <div className="flex flex-wrap gap-2">
          <AskingButton
            label={t("open")}
            title={t("dialogTitle")}
            description={t("lead")}
            confirmLabel={t("confirm")}
            action={(form) => share(id, form)}
            onDone={() => toast(t("shared"))}
          >
            {others.length === 0 ? (
              <p>{t("none")}</p>
            ) : (
              <>
                <SelectField name="member" label={t("colleague")} options={options(others)} />
                <SelectField
                  name="access"
                  label={t("access")}
                  options={[
                    { value: "read", label: t("readLong") },
                    { value: "act", label: t("actLong") },
                  ]}
                />
              </>
            )}
          </AskingButton>
          <AskingButton
            label={t("handOver")}
            title={t("handOverTitle")}
            description={t("handOverLead")}
            confirmLabel={t("handOverConfirm")}
            action={(form) => handEnvelopeOver(id, form)}
            onDone={() => toast(t("handedOver"))}
          >
            {others.length === 0 ? (
              <p>{t("none")}</p>
            ) : (
              <SelectField
                name="member"
                label={t("colleague")}
                options={options(others.filter(({ role }) => SENDS.has(role)))}
              />
            )}
          </AskingButton>
        </div>
      }
    >
      {known.length === 0 ? (
        <p className="px-4 py-3 text-small text-ink-700 sm:px-6">{t("nobody")}</p>
      ) : (
        <ul className="divide-y divide-line">
          {known.map(({ memberId, access }) => (
            <li key={memberId} className="flex items-center gap-3 px-4 py-2 sm:px-6">
              <p className="min-w-0 flex-1 [overflow-wrap:anywhere]">
                <span className="font-medium">{nameOf(memberId)}</span>{" "}
                <span className="text-small text-ink-600">{t(access)}</span>
              </p>
              <IconButton
                label={t("remove", { name: nameOf(memberId) })}
                disabled={isBusy}
                onClick={() => remove(memberId)}
              >
                <UserRoundX aria-hidden="true" className="size-5" />
              </IconButton>
            </li>
          ))}
        </ul>
      )}
    </Sheet>
  );
}
