import type { Route } from "next";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { hasPermission } from "#lib/authorize.ts";
import { memberContext } from "../../_server/context.ts";

/** The way back, for those whose page that is. */
export async function BackToKeys() {
  const { actor } = await memberContext();
  if (!hasPermission(actor, "key.manage")) return null;
  const t = await getTranslations("app.keyWork");
  return (
    <Link href={"/keys" as Route} className="inline-flex min-h-11 items-center sm:min-h-8">
      {t("back")}
    </Link>
  );
}
