import type { Metadata, Viewport } from "next";
import { getLocale } from "next-intl/server";
import type { ReactNode } from "react";
import { directionOf } from "#lib/envelopes/core/languages.ts";
import "./globals.css";

export const metadata: Metadata = {
  title: { default: "Whereof", template: "%s · Whereof" },
  description: "Electronic signatures with proof",
  robots: { index: false, follow: false },
  referrer: "same-origin",
};

export const viewport: Viewport = { width: "device-width", initialScale: 1, themeColor: "#0f5b66" };

// Every page belongs to somebody: none is made ahead or kept.
export const dynamic = "force-dynamic";

export default async function RootLayout({ children }: { children: ReactNode }) {
  const locale = await getLocale();
  return (
    <html lang={locale} dir={directionOf(locale)}>
      <body>{children}</body>
    </html>
  );
}
