import { FilePen } from "lucide-react";
import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Page } from "#components/ui/page.tsx";
import { listContactGroups } from "#lib/envelopes/contacts.ts";
import { listEnvelopes } from "#lib/envelopes/list-envelopes.ts";
import { listTemplates } from "#lib/envelopes/templates/get-template.ts";
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
  const ctx = await memberContext();
  const listed = await listEnvelopes(ctx, { state: "draft" });
  // A colleague's draft is theirs to send to many.
  const items = listed.items.filter(({ isShared }) => !isShared);
  const templates = (await listTemplates(ctx, {})).items
    .filter(({ currentVersion }) => currentVersion !== null)
    .map(({ id, name }) => ({
      id: publicId("template", id),
      label: t("fromTemplate", { name: name || t("untitled") }),
    }));
  const drafts = items
    .filter(({ isDestroyed }) => !isDestroyed)
    .map(({ id, title, shortId }) => ({
      id: publicId("envelope", id),
      label: `${title || t("untitled")} · ${shortId}`,
    }));
  const sources = [...templates, ...drafts];
  const chosen = sources.find(({ id }) => id === source)?.id ?? (sources.length === 1 ? sources[0]!.id : "");
  const { tableRows, tableBytes } = ctx.runtime.config.limits;
  const limits = { rows: tableRows, megabytes: tableBytes / 1024 ** 2 };
  return (
    <Page title={t("startTitle")} lead={t("startLead")} width="reading">
      {sources.length === 0 ? (
        <EmptyState
          icon={FilePen}
          title={t("noSources")}
          action={<NewEnvelopeButton label={t("noSourcesAction")} kind="secondary" />}
        >
          {t("noSourcesHint")}
        </EmptyState>
      ) : (
        <TableForm drafts={sources} chosen={chosen} contacts={await listContactGroups(ctx)} limits={limits} />
      )}
    </Page>
  );
}
