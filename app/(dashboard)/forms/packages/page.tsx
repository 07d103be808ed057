import { Layers } from "lucide-react";
import type { Metadata, Route } from "next";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { buttonClass } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Instant } from "#components/ui/instant.tsx";
import { Page, Sheet } from "#components/ui/page.tsx";
import { hasPermission } from "#lib/authorize.ts";
import { listFormPackages } from "#lib/envelopes/forms/form-packages.ts";
import { publicId } from "#lib/ids.ts";
import { memberContext } from "../../../_server/context.ts";
import { answerPage } from "../../../_server/page.ts";
import { PackageForm } from "./package-form.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("app.forms"))("packages") };
}

/** Forms that go out together, and a place to put some together. */
export default async function FormPackagesPage() {
  const ctx = await memberContext();
  const t = await getTranslations("app.forms");
  const packages = await answerPage(() => listFormPackages(ctx));
  return (
    <Page
      title={t("packages")}
      lead={t("packagesLead")}
      actions={
        <Link href={"/forms" as Route} className={buttonClass("secondary")}>
          {t("title")}
        </Link>
      }
    >
      <div className="flex flex-col gap-6">
        {packages.length === 0 ? (
          <EmptyState icon={Layers} title={t("noPackages")}>
            {t("noPackagesHint")}
          </EmptyState>
        ) : (
          <ul
            aria-label={t("packages")}
            className="divide-y divide-line rounded-card border border-line bg-paper"
          >
            {packages.map(({ id, name, forms, changedAt }) => (
              <li
                key={id}
                className="relative flex flex-wrap items-center justify-between gap-x-6 gap-y-1 px-4 py-3 hover:bg-canvas sm:px-6"
              >
                <Link
                  href={`/forms/packages/${publicId("formPackage", id)}` as Route}
                  prefetch={false}
                  className="font-medium text-ink-900 no-underline [overflow-wrap:anywhere] before:absolute before:inset-0 hover:underline"
                >
                  {name}
                </Link>
                <p className="text-small text-ink-600">
                  {t("formCount", { count: forms })} · <Instant at={changedAt.toISOString()} />
                </p>
              </li>
            ))}
          </ul>
        )}
        {hasPermission(ctx.actor, "form.manage") ? (
          <Sheet title={t("newPackage")}>
            <PackageForm id={null} name="" forms={[]} values={{}} labels={[]} />
          </Sheet>
        ) : null}
      </div>
    </Page>
  );
}
