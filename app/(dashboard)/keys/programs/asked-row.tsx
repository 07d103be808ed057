"use client";

import { useTranslations } from "next-intl";
import { Button } from "#components/ui/button.tsx";
import { Instant } from "#components/ui/instant.tsx";
import { Notice } from "#components/ui/notice.tsx";
import type { AskedItem } from "#lib/signing/programs/list-programs.ts";
import { useAct } from "../../use-act.ts";
import { decideRequest } from "./actions.ts";

interface AskedRowProps {
  /** Instants are ISO 8601. */
  readonly asked: Omit<AskedItem, "askedAt" | "endsAt"> & {
    readonly askedAt: string;
    readonly endsAt: string;
  };
}

/** What a program waits for a member's word for. */
export function AskedRow({ asked }: AskedRowProps) {
  const t = useTranslations("app.programs.asked");
  const approve = useTranslations("app.programs.approve");
  const { act, isBusy, refusal } = useAct();
  const { id, program, key, hashes, askedAt, endsAt } = asked;
  return (
    <li className="flex flex-col gap-3 px-4 py-4 sm:px-6">
      <p className="[overflow-wrap:anywhere]">{t("what", { program, key, count: hashes.length })}</p>
      <ul className="flex flex-col gap-1 font-mono text-mono">
        {hashes.map((hash) => (
          <li key={hash} className="[overflow-wrap:anywhere]">
            {hash}
          </li>
        ))}
      </ul>
      <p className="text-small text-ink-700">
        {t("since")} <Instant at={askedAt} withSeconds />. {t("until")} <Instant at={endsAt} />.
      </p>
      {refusal ? <Notice tone="bad">{refusal}</Notice> : null}
      <div className="flex flex-wrap gap-3">
        <Button isBusy={isBusy} onClick={() => act(() => decideRequest(id, true))}>
          {approve("allow")}
        </Button>
        <Button kind="secondary" disabled={isBusy} onClick={() => act(() => decideRequest(id, false))}>
          {approve("refuse")}
        </Button>
      </div>
    </li>
  );
}
