import { Clock, FileCheck2, Undo2 } from "lucide-react";
import type { Metadata, Route } from "next";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { buttonClass } from "#components/ui/button.tsx";
import { HashChip } from "#components/ui/hash-chip.tsx";
import { Instant } from "#components/ui/instant.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { Page, Sheet } from "#components/ui/page.tsx";
import { StatusPill } from "#components/ui/status-pill.tsx";
import { listFolders } from "#lib/envelopes/folders.ts";
import {
  getTemplate,
  type TemplateVersionView,
  type TemplateView,
} from "#lib/envelopes/templates/get-template.ts";
import { listTeams } from "#lib/identity/teams.ts";
import { publicId } from "#lib/ids.ts";
import { listPublicLinks } from "#lib/signing/public-links/make-link.ts";
import { memberContext } from "../../../_server/context.ts";
import { answerPage } from "../../../_server/page.ts";
import { templateIdIn } from "../../../_server/params.ts";
import { ChangeList } from "./change-list.tsx";
import { CompareVersions } from "./compare-versions.tsx";
import { DecideButtons } from "./decide-buttons.tsx";
import { PlaceButton } from "./place-button.tsx";
import { PublicLinks } from "./public-links.tsx";
import { RebuildButton } from "./rebuild-button.tsx";
import { TemplateMenu } from "./template-menu.tsx";
import { TestButton } from "./test-button.tsx";
import { UseForm } from "./use-form.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("app.templates"))("title") };
}

interface TemplatePageProps {
  readonly params: Promise<{ id: string }>;
  /** Two versions to compare. */
  readonly searchParams: Promise<{ from?: string; to?: string }>;
}

/** A template: who takes its roles, what it holds, and what each of its versions changed. */
export default async function TemplatePage({ params, searchParams }: TemplatePageProps) {
  const { id } = await params;
  const { from, to } = await searchParams;
  const ctx = await memberContext();
  const t = await getTranslations("app.templates");
  const template = await answerPage(() => getTemplate(ctx, { templateId: templateIdIn(id) }));
  const links = await listPublicLinks(ctx, { templateId: templateIdIn(id) });
  const { name, ownerName, currentVersion, isRetired, may, uses, envelopeId } = template;
  const editor = `/envelopes/${publicId("envelope", envelopeId)}/prepare` as Route;
  return (
    <Page
      title={name || t("untitled")}
      lead={
        <>
          {currentVersion === null ? t("unpublished") : t("version", { number: currentVersion })} ·{" "}
          {t("uses", { count: uses })} · {ownerName}
        </>
      }
      actions={
        <>
          {may.manage && !isRetired ? (
            <Link href={editor} prefetch={false} className={buttonClass("secondary")}>
              {t("edit")}
            </Link>
          ) : null}
          {may.use && currentVersion !== null ? (
            <Link
              href={`/templates/${id}/kiosk` as Route}
              prefetch={false}
              className={buttonClass("secondary")}
            >
              {t("kiosk")}
            </Link>
          ) : null}
          {may.use && !isRetired ? <TestButton id={id} /> : null}
          {may.manage ? (
            <PlaceButton
              id={id}
              teams={(await listTeams(ctx)).map(({ id, name }) => ({ id, name }))}
              folders={(await listFolders(ctx)).map(({ id, path }) => ({ id, name: path }))}
              teamId={template.teamId}
              folderId={template.folderId}
            />
          ) : null}
          {may.manage ? (
            <TemplateMenu
              id={id}
              envelope={publicId("envelope", envelopeId)}
              copyName={t("copyOf", { name })}
              isRetired={isRetired}
            />
          ) : null}
        </>
      }
    >
      <div className="flex flex-col gap-6">
        {isRetired ? <Notice>{t("isRetired")}</Notice> : null}
        {template.newerEdition && !isRetired ? (
          <Outdated id={id} newer={template.newerEdition} mayManage={may.manage} />
        ) : null}
        {template.unpublished && template.unpublished.length > 0 ? (
          <Notice>
            <p>{t("hasUnpublished", { count: template.unpublished.length })}</p>
            <ChangeList changes={template.unpublished} />
          </Notice>
        ) : null}
        <div className="grid items-start gap-6 md:grid-cols-2">
          {may.use && currentVersion !== null && !isRetired ? (
            <Sheet title={t("use")}>
              <UseForm id={id} roles={template.roles} />
            </Sheet>
          ) : null}
          <Sheet title={t("holds")}>
            <Contents template={template} />
          </Sheet>
        </div>
        {currentVersion !== null ? (
          <PublicLinks id={id} roles={template.roles} links={links} mayMake={may.manage && !isRetired} />
        ) : null}
        <Sheet title={t("versions")}>
          {template.versions.length === 0 ? (
            <p className="px-4 py-5 text-ink-700 sm:px-6">{t("noVersion")}</p>
          ) : (
            <ol className="divide-y divide-line">
              {template.versions.map((version) => (
                <Version key={version.number} id={id} version={version} template={template} />
              ))}
            </ol>
          )}
        </Sheet>
        {template.versions.length > 1 ? (
          <CompareVersions {...{ ctx, id, from, to }} templateId={template.id} versions={template.versions} />
        ) : null}
      </div>
    </Page>
  );
}

async function Outdated({
  id,
  newer,
  mayManage,
}: {
  readonly id: string;
  readonly newer: NonNullable<TemplateView["newerEdition"]>;
  readonly mayManage: boolean;
}) {
  const t = await getTranslations("app.templates");
  const { formId, edition, editionOn, builtOn, builtOnDay, hasFile } = newer;
  return (
    <Notice tone="warn">
      <p>{t("newerEdition", { edition: edition || editionOn, builtOn: builtOn || builtOnDay || "" })}</p>
      <div className="mt-2 flex flex-wrap items-center gap-3">
        <Link href={`/forms/${publicId("form", formId)}` as Route} prefetch={false}>
          {t("toForm")}
        </Link>
        {mayManage && hasFile ? <RebuildButton id={id} /> : null}
        {hasFile ? null : t("newerNoFile")}
      </div>
    </Notice>
  );
}

async function Contents({
  template,
}: {
  readonly template: Pick<TemplateView, "documents" | "fieldCount" | "roles" | "className">;
}) {
  const t = await getTranslations("app.templates");
  const people = await getTranslations("app.prepare.people");
  return (
    <dl className="divide-y divide-line">
      <div className="px-4 py-3 sm:px-6">
        <dt className="text-small text-ink-600">{t("documents")}</dt>
        {template.documents.map(({ name, pages }) => (
          <dd key={name} className="[overflow-wrap:anywhere]">
            {name} <span className="text-small text-ink-600">{t("pages", { count: pages })}</span>
          </dd>
        ))}
        {template.documents.length === 0 ? <dd>{t("none")}</dd> : null}
      </div>
      <div className="px-4 py-3 sm:px-6">
        <dt className="text-small text-ink-600">{t("roles")}</dt>
        {template.roles.map(({ id, name, role }) => (
          <dd key={id} className="[overflow-wrap:anywhere]">
            {name} <span className="text-small text-ink-600">{people(`roles.${role}`)}</span>
          </dd>
        ))}
        {template.roles.length === 0 ? <dd>{t("none")}</dd> : null}
      </div>
      <div className="px-4 py-3 sm:px-6">
        <dt className="text-small text-ink-600">{t("fields")}</dt>
        <dd>{template.fieldCount}</dd>
      </div>
      {template.className ? (
        <div className="px-4 py-3 sm:px-6">
          <dt className="text-small text-ink-600">{t("class")}</dt>
          <dd className="[overflow-wrap:anywhere]">{template.className}</dd>
        </div>
      ) : null}
    </dl>
  );
}

const LOOKS = {
  published: { tone: "good", icon: FileCheck2 },
  submitted: { tone: "warn", icon: Clock },
  returned: { tone: "neutral", icon: Undo2 },
} as const;

async function Version({
  id,
  version,
  template,
}: {
  readonly id: string;
  readonly version: TemplateVersionView;
  readonly template: TemplateView;
}) {
  const t = await getTranslations("app.templates");
  const { number, state, sha256, submittedBy, submittedAt, decidedBy, decidedAt, note, changes } = version;
  return (
    <li className="flex flex-col gap-2 px-4 py-4 sm:px-6">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
        <h3 className="font-medium">{t("version", { number })}</h3>
        <StatusPill {...LOOKS[state]}>{t(`states.${state}`)}</StatusPill>
        {number === template.currentVersion ? <span className="text-small">{t("current")}</span> : null}
        <HashChip value={sha256} label={t("hash")} copyLabel={t("copyHash")} copiedLabel={t("copied")} />
      </div>
      <p className="text-small text-ink-600">
        {t("by", { name: submittedBy })} <Instant at={submittedAt.toISOString()} />
        {decidedBy !== null && decidedBy !== submittedBy && decidedAt ? (
          <>
            {" · "}
            {t(`decided.${state}`, { name: decidedBy })} <Instant at={decidedAt.toISOString()} />
          </>
        ) : null}
      </p>
      {note ? <p className="text-ink-700 [overflow-wrap:anywhere]">“{note}”</p> : null}
      {changes ? <ChangeList changes={changes} /> : <p className="text-small text-ink-600">{t("first")}</p>}
      {state === "submitted" && template.may.approve ? <DecideButtons id={id} number={number} /> : null}
    </li>
  );
}
