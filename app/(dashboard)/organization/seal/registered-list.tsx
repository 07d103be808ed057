"use client";

import { useTranslations } from "next-intl";
import { refusalText } from "#components/envelopes/refusal-text.ts";
import { Button } from "#components/ui/button.tsx";
import { HashChip } from "#components/ui/hash-chip.tsx";
import { Instant } from "#components/ui/instant.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { SelectField } from "#components/ui/select-field.tsx";
import { ActButton } from "./act-button.tsx";
import { register } from "./actions.ts";
import { FileOrText } from "./file-or-text.tsx";
import { useAttempt } from "./use-attempt.ts";

interface RegisteredListProps {
  readonly registered: readonly {
    readonly id: string;
    readonly use: "anchor" | "chain";
    readonly subject: string;
    readonly sha256: string;
    /** ISO 8601. */
    readonly notAfter: string;
  }[];
}

/** Others' public certificates that the organization knows. */
export function RegisteredList({ registered }: RegisteredListProps) {
  const t = useTranslations("app.seal.registered");
  const refusals = useTranslations("refusals");
  const { attempt, refusal, result, isBusy } = useAttempt(register);
  return (
    <>
      <ul className="divide-y divide-line">
        {registered.map(({ id, use, subject, sha256, notAfter }) => (
          <li key={id} className="flex flex-wrap items-start justify-between gap-3 px-4 py-3 sm:px-6">
            <div className="min-w-0 flex-1 basis-64">
              <p className="font-medium [overflow-wrap:anywhere]">{subject}</p>
              <p className="text-small text-ink-600">
                {t(`uses.${use}`)} · {t("until")} <Instant at={notAfter} />
              </p>
              <div className="mt-1">
                <HashChip value={sha256} label="SHA-256" copyLabel={t("copy")} copiedLabel={t("copied")} />
              </div>
            </div>
            <ActButton verb="unregister" id={id} label={t("remove")} kind="quiet" />
          </li>
        ))}
      </ul>
      <form
        method="post"
        className="flex flex-col gap-4 p-4 sm:p-6"
        onSubmit={(event) => {
          event.preventDefault();
          const form = event.currentTarget;
          attempt(new FormData(form), () => form.reset());
        }}
      >
        <p className="text-ink-700">{t("lead")}</p>
        {refusal ? <Notice tone="bad">{refusalText(refusals, refusal)}</Notice> : null}
        {result ? <Notice tone="good">{t("added", { count: result.added })}</Notice> : null}
        <FileOrText label={t("file")} accept=".cer,.crt,.der,.pem,.p7b" textLabel={t("paste")} />
        <SelectField
          name="use"
          label={t("use")}
          options={(["anchor", "chain"] as const).map((value) => ({ value, label: t(`uses.${value}`) }))}
        />
        <div>
          <Button type="submit" kind="secondary" isBusy={isBusy}>
            {t("submit")}
          </Button>
        </div>
      </form>
    </>
  );
}
