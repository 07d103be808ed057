import type { Metadata, Route } from "next";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { Page, Sheet } from "#components/ui/page.tsx";
import { listTrustLists } from "#lib/evidence/trust/list-trust-lists.ts";
import { memberContext } from "../../../_server/context.ts";
import { answerPage } from "../../../_server/page.ts";
import { ImportForm } from "./import-form.tsx";
import { ListFacts } from "./list-facts.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("app.trust"))("title") };
}

/** Lists of services that others vouch for: what files of other makers may be checked with. */
export default async function TrustPage() {
  const ctx = await memberContext();
  const lists = await answerPage(() => listTrustLists(ctx));
  const t = await getTranslations("app.trust");
  return (
    <Page title={t("title")} lead={t("lead")} width="reading">
      <div className="flex flex-col gap-6">
        <Sheet title={t("present")}>
          {lists.length === 0 ? <p className="px-4 py-4 text-ink-700 sm:px-6">{t("none")}</p> : null}
          <ul className="divide-y divide-line">
            {lists.map((list) => (
              <li key={list.id} className="px-4 py-4 sm:px-6">
                <h3 className="mb-1 text-lead font-semibold [overflow-wrap:anywhere]">
                  <Link href={`/organization/trust/${list.id}` as Route}>{list.name}</Link>
                </h3>
                <ListFacts list={list} />
              </li>
            ))}
          </ul>
        </Sheet>
        <Sheet title={t("import.title")}>
          <ImportForm />
        </Sheet>
      </div>
    </Page>
  );
}
