import type { ReactNode } from "react";
import { TroubledPages } from "../sign/troubled-pages.tsx";

export default function KioskLayout({ children }: { readonly children: ReactNode }) {
  return <TroubledPages>{children}</TroubledPages>;
}
