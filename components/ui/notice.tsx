import type { ReactNode } from "react";

export type NoticeTone = "info" | "good" | "warn" | "bad";

const TONES: Readonly<Record<NoticeTone, string>> = {
  info: "bg-info-50 text-info-700 border-info-700",
  good: "bg-good-50 text-good-700 border-good-700",
  warn: "bg-warn-50 text-warn-800 border-warn-800",
  bad: "bg-bad-50 text-bad-700 border-bad-700",
};

/** Something the page has to say; a bad one is read out at once. */
export function Notice({
  tone = "info",
  children,
}: {
  readonly tone?: NoticeTone;
  readonly children: ReactNode;
}) {
  return (
    <div
      role={tone === "bad" ? "alert" : "status"}
      className={`rounded-control border-s-4 px-4 py-3 text-base ${TONES[tone]}`}
    >
      {children}
    </div>
  );
}
