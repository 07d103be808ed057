import {
  Ban,
  CalendarClock,
  CircleCheck,
  CircleX,
  FilePen,
  Hourglass,
  type LucideIcon,
  ShieldCheck,
  TimerOff,
} from "lucide-react";
import { useTranslations } from "next-intl";
import { type PillTone, StatusPill } from "#components/ui/status-pill.tsx";
import type { EnvelopeView } from "#lib/envelopes/get-envelope.ts";

export type EnvelopeState = EnvelopeView["state"] | "scheduled";

const LOOKS: Readonly<Record<EnvelopeState, { readonly tone: PillTone; readonly icon: LucideIcon }>> = {
  scheduled: { tone: "info", icon: CalendarClock },
  draft: { tone: "neutral", icon: FilePen },
  sent: { tone: "info", icon: Hourglass },
  sealing: { tone: "info", icon: ShieldCheck },
  completed: { tone: "good", icon: CircleCheck },
  declined: { tone: "bad", icon: CircleX },
  voided: { tone: "neutral", icon: Ban },
  expired: { tone: "warn", icon: TimerOff },
};

/** Where an envelope is, in one word. */
export function StatePill({ state }: { readonly state: EnvelopeState }) {
  const t = useTranslations("app.states");
  return <StatusPill {...LOOKS[state]}>{t(state)}</StatusPill>;
}
