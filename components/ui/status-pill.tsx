import type { LucideIcon } from "lucide-react";

export type PillTone = "neutral" | "info" | "good" | "warn" | "bad";

const TONES: Readonly<Record<PillTone, string>> = {
  neutral: "bg-canvas text-ink-700 border-line-strong",
  info: "bg-info-50 text-info-700 border-info-700",
  good: "bg-good-50 text-good-700 border-good-700",
  warn: "bg-warn-50 text-warn-800 border-warn-800",
  bad: "bg-bad-50 text-bad-700 border-bad-700",
};

export interface StatusPillProps {
  readonly tone: PillTone;
  readonly icon: LucideIcon;
  readonly children: string;
}

/** A state in a word and an icon; the color only repeats it. */
export function StatusPill({ tone, icon: Icon, children }: StatusPillProps) {
  return (
    <span
      className={`inline-flex items-center gap-1.5 rounded-full border px-2.5 py-0.5 text-small font-medium whitespace-nowrap ${TONES[tone]}`}
    >
      <Icon aria-hidden="true" className="size-4 shrink-0" />
      {children}
    </span>
  );
}
