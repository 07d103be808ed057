"use client";

import { BadgeCheck, Clock, Lock, type LucideIcon } from "lucide-react";
import { useTranslations } from "next-intl";
import { Instant } from "#components/ui/instant.tsx";
import { type PillTone, StatusPill } from "#components/ui/status-pill.tsx";
import type { ProgramItem } from "#lib/signing/programs/list-programs.ts";
import { AskingButton } from "../../asking-button.tsx";
import { close } from "./actions.ts";

type State = "open" | "locked" | "ended";

const LOOKS: Readonly<Record<State, { tone: PillTone; icon: LucideIcon }>> = {
  open: { tone: "good", icon: BadgeCheck },
  locked: { tone: "bad", icon: Lock },
  ended: { tone: "neutral", icon: Clock },
};

/** A program that is let in: with which keys, how far, until when. Instants are ISO 8601. */
export function ProgramRow({
  program,
}: {
  readonly program: Omit<ProgramItem, "expiresAt"> & { readonly expiresAt: string };
}) {
  const t = useTranslations("app.programs");
  const { id, name, clientId, keys, maySign, perMinute, isLocked, hasEnded, expiresAt } = program;
  const { asksPin, asksMember, asksApproval, asksChallenge } = program;
  const state: State = hasEnded ? "ended" : isLocked ? "locked" : "open";
  return (
    <li className="flex flex-col gap-3 px-4 py-4 sm:px-6">
      <div className="flex flex-wrap items-start justify-between gap-3">
        <div className="min-w-0">
          <p className="font-medium [overflow-wrap:anywhere]">{name}</p>
          <p className="font-mono text-mono [overflow-wrap:anywhere]">{clientId}</p>
        </div>
        <StatusPill {...LOOKS[state]}>{t(`states.${state}`)}</StatusPill>
      </div>
      <p className="text-small text-ink-700 [overflow-wrap:anywhere]">
        {maySign
          ? t("maySign", { perMinute, keys: keys.join(", ") })
          : t("mayLook", { keys: keys.join(", ") })}{" "}
        {asksMember ? t("withMember") : asksPin ? t("withPin") : null}{" "}
        {asksChallenge && !asksMember ? `${t("withChallenge")} ` : null}
        {asksApproval && !asksMember ? `${t("withApproval")} ` : null}
        {t("until")} <Instant at={expiresAt} />.
      </p>
      {isLocked ? <p className="text-small text-ink-700">{t("locked")}</p> : null}
      <div>
        <AskingButton
          label={t("close.open")}
          title={t("close.title", { name })}
          description={t("close.consequence")}
          confirmLabel={t("close.open")}
          confirmKind="danger"
          action={() => close(id)}
        />
      </div>
    </li>
  );
}
