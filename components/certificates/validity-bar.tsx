"use client";

import { useTranslations } from "next-intl";

interface ValidityBarProps {
  /** ISO 8601, as are the others. */
  readonly from: string;
  readonly until: string;
  readonly now: string;
}

/** How much of its life is over, with today on it. */
export function ValidityBar({ from, until, now }: ValidityBarProps) {
  const t = useTranslations("app.certificateView");
  const [start, end, today] = [from, until, now].map((at) => new Date(at).getTime()) as [
    number,
    number,
    number,
  ];
  const share = end > start ? Math.min(1, Math.max(0, (today - start) / (end - start))) : 1;
  const percent = `${Math.round(share * 1000) / 10}%`;
  return (
    <div
      role="img"
      aria-label={t("lifeOver", { percent: Math.round(share * 100) })}
      className="max-w-[480px]"
    >
      <div className="relative h-2 rounded-full bg-line">
        <div
          className={`h-2 rounded-full ${share >= 1 ? "bg-line-strong" : "bg-action-700"}`}
          style={{ inlineSize: percent }}
        />
        <div className="absolute -top-1 h-4 w-0.5 bg-ink-900" style={{ insetInlineStart: percent }} />
      </div>
    </div>
  );
}
