import { FilePen } from "lucide-react";
import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Page } from "#components/ui/page.tsx";
import { listEnvelopes } from "#lib/envelopes/list-envelopes.ts";
import { publicId } from "#lib/ids.ts";
import { memberContext } from "../../../_server/context.ts";
import { NewEnvelopeButton } from "../../new-envelope-button.tsx";
import { TableForm } from "./table-form.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("app.bulk"))("startTitle") };
}

export default async function NewBulkPage({
  searchParams,
}: {
  searchParams: Promise<{ source?: string | string[] }>;
}) {
  const t = await getTranslations("app.bulk");
  const { source } = await searchParams;
  const { items } = await listEnvelopes(await memberContext(), { state: "draft" });
  const drafts = items
    .filter(({ isDestroyed }) => !isDestroyed)
    .map(({ id, title, shortId }) => ({
      id: publicId("envelope", id),
      label: `${title || t("untitled")} · ${shortId}`,
    }));
  const chosen = drafts.find(({ id }) => id === source)?.id ?? (drafts.length === 1 ? drafts[0]!.id : "");
  return (
    <Page title={t("startTitle")} lead={t("startLead")} width="reading">
      {drafts.length === 0 ? (
        <EmptyState
          icon={FilePen}
          title={t("noSources")}
          action={<NewEnvelopeButton label={t("noSourcesAction")} kind="secondary" />}
        >
          {t("noSourcesHint")}
        </EmptyState>
      ) : (
        <TableForm drafts={drafts} chosen={chosen} />
      )}
    </Page>
  );
}
