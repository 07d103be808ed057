import { getTranslations } from "next-intl/server";
import { BackLink } from "#components/ui/back-link.tsx";
import { hasPermission } from "#lib/authorize.ts";
import { memberContext } from "../../_server/context.ts";

/** The way back, for those whose page that is. */
export async function BackToKeys() {
  const { actor } = await memberContext();
  if (!hasPermission(actor, "key.manage")) return null;
  const t = await getTranslations("app.keyWork");
  return <BackLink href="/keys" label={t("back")} />;
}
