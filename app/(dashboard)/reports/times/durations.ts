import { getTranslations } from "next-intl/server";

export type InWords = (seconds: number) => string;

/** Spans of time as people say them. */
export async function durations(): Promise<InWords> {
  const t = await getTranslations("app.times.units");
  return (seconds) => {
    const minutes = seconds / 60;
    if (minutes < 90) return t("minutes", { count: Math.max(1, Math.round(minutes)) });
    const hours = minutes / 60;
    const plain = (value: number) => (value < 10 ? value.toFixed(1) : String(Math.round(value)));
    return hours < 48 ? t("hours", { count: plain(hours) }) : t("days", { count: plain(hours / 24) });
  };
}
