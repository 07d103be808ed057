"use client";

import { useTranslations } from "next-intl";
import { ActDialog } from "./act-dialog.tsx";
import { beginRotation } from "./actions.ts";

export function RotateSealButton() {
  const t = useTranslations("app.keys.rotateSeal");
  return (
    <ActDialog
      open={t("open")}
      title={t("title")}
      consequence={t("consequence")}
      cancel={t("cancel")}
      confirm={t("confirm")}
      run={beginRotation}
    />
  );
}
