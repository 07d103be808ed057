import type { Metadata } from "next";
import type { ReactNode } from "react";
import { TroubledPages } from "./troubled-pages.tsx";

// Whoever signs often may install it; it opens with what lies on the device.
export const metadata: Metadata = { manifest: "/sign/manifest.webmanifest" };

export default function SignLayout({ children }: { readonly children: ReactNode }) {
  return <TroubledPages>{children}</TroubledPages>;
}
