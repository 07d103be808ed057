import type { ReactNode } from "react";
import { translations } from "../_server/translations.ts";
import { Troubled } from "./trouble.tsx";

/** Around pages of people without an account, which say in their language that they broke. */
export async function TroubledPages({ children }: { readonly children: ReactNode }) {
  const t = await translations("sign.state.failed");
  return (
    <Troubled words={{ heading: t("heading"), lead: t("lead"), again: t("again") }}>{children}</Troubled>
  );
}
