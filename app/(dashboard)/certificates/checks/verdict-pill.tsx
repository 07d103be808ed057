import { BadgeCheck, Ban, CircleX, Clock, ShieldQuestion } from "lucide-react";
import { StatusPill, type StatusPillProps } from "#components/ui/status-pill.tsx";
import type { CheckVerdict } from "#lib/evidence/core/certificate-check/check-facts.ts";

const LOOKS: Readonly<Record<CheckVerdict, Omit<StatusPillProps, "children">>> = {
  valid: { tone: "good", icon: BadgeCheck },
  expired: { tone: "neutral", icon: Clock },
  revoked: { tone: "bad", icon: Ban },
  faulty: { tone: "bad", icon: CircleX },
  unknown: { tone: "warn", icon: ShieldQuestion },
};

export function VerdictPill({ verdict, label }: { readonly verdict: CheckVerdict; readonly label: string }) {
  return <StatusPill {...LOOKS[verdict]}>{label}</StatusPill>;
}
