"use client";

import type { Route } from "next";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { Button } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { switchOrganization } from "../../actions.ts";
import { useAct } from "../../use-act.ts";
import { carry, openStaging } from "./actions.ts";

/** Opens the workspace for trials, with one's password. */
export function OpenForm() {
  const t = useTranslations("app.staging.open");
  const { act, isBusy, refusal } = useAct();
  return (
    <form
      method="post"
      className="flex flex-col gap-4 p-4 sm:p-6"
      onSubmit={(event) => {
        event.preventDefault();
        const data = new FormData(event.currentTarget);
        act(() => openStaging(data));
      }}
    >
      {refusal ? <Notice tone="bad">{refusal}</Notice> : null}
      <p className="text-ink-700">{t("hint")}</p>
      <TextField
        name="password"
        type="password"
        label={t("password")}
        autoComplete="current-password"
        maxLength={1024}
        required
      />
      <div>
        <Button type="submit" isBusy={isBusy}>
          {t("submit")}
        </Button>
      </div>
    </form>
  );
}

/** Registers for real what was registered for trials. */
export function CarryButton({ count }: { readonly count: number }) {
  const t = useTranslations("app.staging");
  const { act, isBusy, refusal } = useAct();
  return (
    <>
      <Button isBusy={isBusy} onClick={() => act(carry)}>
        {t("carry", { count })}
      </Button>
      {refusal ? <Notice tone="bad">{refusal}</Notice> : null}
    </>
  );
}

interface SwitchButtonProps {
  readonly organizationId: string;
  readonly label: string;
}

/** Works in the other workspace from now on. */
export function SwitchButton({ organizationId, label }: SwitchButtonProps) {
  const router = useRouter();
  const { act, isBusy } = useAct();
  return (
    <Button
      kind="secondary"
      isBusy={isBusy}
      onClick={() =>
        act(
          () => switchOrganization(organizationId),
          () => router.push("/organization/staging" as Route),
        )
      }
    >
      {label}
    </Button>
  );
}
