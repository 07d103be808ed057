"use client";

import { BadgeCheck, Ban, Clock, type LucideIcon } from "lucide-react";
import { useTranslations } from "next-intl";
import { Instant } from "#components/ui/instant.tsx";
import { type PillTone, StatusPill } from "#components/ui/status-pill.tsx";
import type { ApiKeyItem } from "#lib/identity/api-keys/list-api-keys.ts";
import { AskingButton } from "../../asking-button.tsx";
import { revokeKey } from "./actions.ts";

const LOOKS: Readonly<Record<ApiKeyItem["state"], { tone: PillTone; icon: LucideIcon }>> = {
  "in-use": { tone: "good", icon: BadgeCheck },
  expired: { tone: "neutral", icon: Clock },
  revoked: { tone: "neutral", icon: Ban },
};

interface KeyRowProps {
  /** Instants are ISO 8601. */
  readonly apiKey: Omit<ApiKeyItem, "createdAt" | "expiresAt" | "lastUsedAt"> & {
    readonly createdAt: string;
    readonly expiresAt: string;
    readonly lastUsedAt: string | null;
  };
}

/** A key: what it may do, from where, how long, and when it was last used. */
export function KeyRow({ apiKey }: KeyRowProps) {
  const t = useTranslations("app.apiKeys");
  const { id, name, begins, scopes, networks, perMinute, createdAt, expiresAt, lastUsedAt, state } = apiKey;
  return (
    <li className="flex flex-col gap-3 px-4 py-4 sm:px-6">
      <div className="flex flex-wrap items-start justify-between gap-3">
        <div className="min-w-0">
          <p className="font-medium [overflow-wrap:anywhere]">{name}</p>
          <p className="font-mono text-mono [overflow-wrap:anywhere]">{begins}…</p>
        </div>
        <StatusPill {...LOOKS[state]}>{t(`states.${state}`)}</StatusPill>
      </div>
      <ul className="list-disc ps-5 text-small text-ink-700">
        {scopes.map((scope) => (
          <li key={scope}>{t(`scopes.${scope.replace(":", "-") as "keys-read"}`)}</li>
        ))}
      </ul>
      <p className="text-small text-ink-700 [overflow-wrap:anywhere]">
        {networks.length > 0 ? t("from", { networks: networks.join(", ") }) : t("anywhere")}{" "}
        {t("perMinute", { count: perMinute })} {t("made")} <Instant at={createdAt} />.{" "}
        {state === "revoked" ? null : (
          <>
            {t("until")} <Instant at={expiresAt} />.{" "}
          </>
        )}
        {lastUsedAt ? (
          <>
            {t("lastUsed")} <Instant at={lastUsedAt} />.
          </>
        ) : (
          t("neverUsed")
        )}
      </p>
      {state === "revoked" ? null : (
        <div>
          <AskingButton
            label={t("revoke.open")}
            title={t("revoke.title", { name })}
            description={t("revoke.consequence")}
            confirmLabel={t("revoke.open")}
            confirmKind="danger"
            action={() => revokeKey(id)}
          />
        </div>
      )}
    </li>
  );
}
