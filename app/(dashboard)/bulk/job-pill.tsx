import { Ban, CircleCheck, FilePen, type LucideIcon, Pause, Send } from "lucide-react";
import { useTranslations } from "next-intl";
import { type PillTone, StatusPill } from "#components/ui/status-pill.tsx";
import type { JobView } from "#lib/envelopes/bulk/get-job.ts";

const LOOKS: Readonly<Record<JobView["state"], { readonly tone: PillTone; readonly icon: LucideIcon }>> = {
  preparing: { tone: "neutral", icon: FilePen },
  running: { tone: "info", icon: Send },
  paused: { tone: "warn", icon: Pause },
  cancelled: { tone: "neutral", icon: Ban },
  done: { tone: "good", icon: CircleCheck },
};

/** Where a bulk job is, in one word. */
export function JobPill({ state }: { readonly state: JobView["state"] }) {
  const t = useTranslations("app.bulk.states");
  return <StatusPill {...LOOKS[state]}>{t(state)}</StatusPill>;
}
