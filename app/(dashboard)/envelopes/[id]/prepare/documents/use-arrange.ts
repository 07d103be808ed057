"use client";

import { useTranslations } from "next-intl";
import { useCallback } from "react";
import { toast } from "sonner";
import { refusalText } from "#components/envelopes/refusal-text.ts";
import type { PagePlan } from "#lib/envelopes/core/documents/page-plan.ts";
import type { DraftStore } from "../draft-store.ts";

/** Has documents put together anew, and says why where that is refused. @returns whether it was done. */
export function useArrange(store: DraftStore): (plan: PagePlan) => Promise<boolean> {
  const refusals = useTranslations("refusals");
  return useCallback(
    async (plan) => {
      const code = await store.arrange(plan).catch(() => "files/unavailable");
      if (code) toast.error(refusalText(refusals, { code }));
      return code === null;
    },
    [store, refusals],
  );
}
