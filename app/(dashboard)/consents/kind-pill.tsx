import { FileText, HandHelping, MailPlus, Undo2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { StatusPill } from "#components/ui/status-pill.tsx";
import type { LedgerKind } from "#lib/evidence/consents/read-ledger.ts";

const LOOKS = {
  given: { tone: "good", icon: HandHelping },
  withdrawn: { tone: "bad", icon: Undo2 },
  "paper-requested": { tone: "info", icon: FileText },
  "contact-changed": { tone: "neutral", icon: MailPlus },
} as const;

/** What somebody did, as a word with a picture. */
export function KindPill({ kind }: { readonly kind: LedgerKind }) {
  const t = useTranslations("app.consents");
  return <StatusPill {...LOOKS[kind]}>{t(`kinds.${kind}`)}</StatusPill>;
}
