"use client";

import { UsersRound } from "lucide-react";
import { useTranslations } from "next-intl";
import type { Presence } from "./use-presence.ts";

/** Who else has the draft open, and that they saved something. */
export function PresenceLine({ others, hasNews, takeIn }: Presence) {
  const t = useTranslations("app.prepare.presence");
  const names = others.map(({ name, isMe }) => (isMe ? t("me") : name));
  return (
    <div role="status">
      {names.length > 0 || hasNews ? (
        <p className="flex items-start gap-2 border-t border-line bg-info-50 px-4 py-2 text-small text-info-700 sm:px-6">
          <UsersRound aria-hidden="true" className="mt-0.5 size-4 shrink-0" />
          <span className="min-w-0 [overflow-wrap:anywhere]">
            {names.length > 0
              ? t("editing", { names: new Intl.ListFormat("en").format(names), count: names.length })
              : null}{" "}
            {hasNews ? (
              <button type="button" onClick={takeIn} className="min-h-6 font-medium underline">
                {t("takeIn")}
              </button>
            ) : null}
          </span>
        </p>
      ) : null}
    </div>
  );
}
