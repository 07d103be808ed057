import { Ban, CheckCircle2, Clock, Flame, Hourglass, PackageCheck, PackageOpen } from "lucide-react";
import { StatusPill, type StatusPillProps } from "#components/ui/status-pill.tsx";
import type { ExportState } from "#lib/signing/core/key-export.ts";

const LOOKS: Readonly<Record<ExportState, Omit<StatusPillProps, "children">>> = {
  waiting: { tone: "warn", icon: Hourglass },
  building: { tone: "info", icon: Clock },
  ready: { tone: "info", icon: PackageCheck },
  taken: { tone: "warn", icon: PackageOpen },
  received: { tone: "warn", icon: CheckCircle2 },
  reviewed: { tone: "good", icon: CheckCircle2 },
  refused: { tone: "neutral", icon: Ban },
  expired: { tone: "neutral", icon: Clock },
  destroyed: { tone: "neutral", icon: Flame },
};

export function ExportPill({ state, label }: { readonly state: ExportState; readonly label: string }) {
  return <StatusPill {...LOOKS[state]}>{label}</StatusPill>;
}
