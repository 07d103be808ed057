import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { Page, Sheet } from "#components/ui/page.tsx";
import { listApiKeys } from "#lib/identity/api-keys/list-api-keys.ts";
import { memberContext } from "../../../_server/context.ts";
import { answerPage } from "../../../_server/page.ts";
import { KeyRow } from "./key-row.tsx";
import { MakeKeyForm } from "./make-key-form.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("app.apiKeys"))("title") };
}

/** The keys that the organization's own software uses the API with. */
export default async function ApiKeysPage() {
  const ctx = await memberContext();
  const keys = await answerPage(() => listApiKeys(ctx));
  const t = await getTranslations("app.apiKeys");
  return (
    <Page title={t("title")} lead={t("lead")} width="reading">
      <div className="flex flex-col gap-6">
        <Sheet title={t("list")}>
          {keys.length === 0 ? (
            <p className="px-4 py-4 text-ink-700 sm:px-6">{t("none")}</p>
          ) : (
            <ul className="divide-y divide-line">
              {keys.map(({ createdAt, expiresAt, lastUsedAt, ...key }) => (
                <KeyRow
                  key={key.id}
                  apiKey={{
                    ...key,
                    createdAt: createdAt.toISOString(),
                    expiresAt: expiresAt.toISOString(),
                    lastUsedAt: lastUsedAt?.toISOString() ?? null,
                  }}
                />
              ))}
            </ul>
          )}
        </Sheet>
        <Sheet title={t("form.title")}>
          <MakeKeyForm url={`${ctx.runtime.config.baseUrl}/api/v1`} />
        </Sheet>
      </div>
    </Page>
  );
}
