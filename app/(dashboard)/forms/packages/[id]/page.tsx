import { CircleCheck, CircleDashed, TriangleAlert } from "lucide-react";
import type { Metadata, Route } from "next";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { Notice } from "#components/ui/notice.tsx";
import { Page, Sheet } from "#components/ui/page.tsx";
import { StatusPill } from "#components/ui/status-pill.tsx";
import { type FormPackageView, getFormPackage } from "#lib/envelopes/forms/form-packages.ts";
import { publicId } from "#lib/ids.ts";
import { memberContext } from "../../../../_server/context.ts";
import { answerPage } from "../../../../_server/page.ts";
import { formPackageIdIn } from "../../form-id.ts";
import { PackageForm } from "../package-form.tsx";
import { RemovePackage } from "./remove-package.tsx";
import { UsePackage } from "./use-package.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("app.forms"))("packages") };
}

/** A package: whether each form of it can be sent, who takes its roles, and what it is made of. */
export default async function FormPackagePage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  const ctx = await memberContext();
  const t = await getTranslations("app.forms.package");
  const view = await answerPage(() => getFormPackage(ctx, { packageId: formPackageIdIn(id) }));
  const choices = view.forms.map(({ id, number, title }) => ({
    id: publicId("form", id),
    label: number ? `${number} · ${title}` : title,
  }));
  return (
    <Page
      title={view.name}
      lead={t("lead", { count: view.forms.length })}
      actions={view.may.manage ? <RemovePackage id={id} /> : null}
    >
      <div className="flex flex-col gap-6">
        {view.rolesDiffer ? <Notice tone="warn">{t("rolesDiffer")}</Notice> : null}
        <div className="grid items-start gap-6 md:grid-cols-2">
          <Sheet title={t("forms")}>
            <Forms view={view} />
          </Sheet>
          {view.isReady && view.may.use ? (
            <Sheet title={t("use")}>
              <UsePackage
                id={id}
                view={{ roles: view.roles, labels: view.labels, values: view.values, classes: view.classes }}
              />
            </Sheet>
          ) : (
            <Notice>{t("notReady")}</Notice>
          )}
        </div>
        {view.may.manage ? (
          <Sheet title={t("change")}>
            <PackageForm id={id} name={view.name} forms={choices} values={view.values} labels={view.labels} />
          </Sheet>
        ) : null}
      </div>
    </Page>
  );
}

async function Forms({ view }: { readonly view: FormPackageView }) {
  const t = await getTranslations("app.forms.package");
  return (
    <ol className="divide-y divide-line">
      {view.forms.map(({ id, title, number, templateId, isOutdated }) => (
        <li key={id} className="flex flex-wrap items-center justify-between gap-3 px-4 py-3 sm:px-6">
          <Link
            href={`/forms/${publicId("form", id)}` as Route}
            prefetch={false}
            className="min-w-0 flex-1 basis-56 [overflow-wrap:anywhere]"
          >
            {number ? `${number} · ${title}` : title}
          </Link>
          {templateId === null ? (
            <StatusPill tone="neutral" icon={CircleDashed}>
              {t("needsTemplate")}
            </StatusPill>
          ) : isOutdated ? (
            <StatusPill tone="warn" icon={TriangleAlert}>
              {t("outdated")}
            </StatusPill>
          ) : (
            <StatusPill tone="good" icon={CircleCheck}>
              {t("ready")}
            </StatusPill>
          )}
        </li>
      ))}
    </ol>
  );
}
