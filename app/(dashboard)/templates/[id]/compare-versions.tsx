import { getTranslations } from "next-intl/server";
import { Button } from "#components/ui/button.tsx";
import { Sheet } from "#components/ui/page.tsx";
import { SelectField } from "#components/ui/select-field.tsx";
import type { Context } from "#lib/context.ts";
import { compareTemplate, type TemplateView } from "#lib/envelopes/templates/get-template.ts";
import type { TemplateId } from "#lib/ids.ts";
import { ChangeList } from "./change-list.tsx";

interface CompareVersionsProps {
  readonly ctx: Context;
  readonly id: string;
  readonly templateId: TemplateId;
  readonly versions: TemplateView["versions"];
  /** As the address says it. */
  readonly from: string | undefined;
  readonly to: string | undefined;
}

/** What changed between any two versions, whichever way round. */
export async function CompareVersions({ ctx, id, templateId, versions, ...asked }: CompareVersionsProps) {
  const t = await getTranslations("app.templates.compare");
  const known = versions.map(({ number }) => number);
  const numberOf = (text: string | undefined, usual: number) =>
    known.find((number) => String(number) === text) ?? usual;
  const [from, to] = [numberOf(asked.from, known.at(-1)!), numberOf(asked.to, known[0]!)];
  const changes =
    asked.from === undefined || from === to ? null : await compareTemplate(ctx, { templateId, from, to });
  const options = known.map((number) => ({ value: `${number}`, label: t("version", { number }) }));
  return (
    <Sheet title={t("title")} id="compare">
      <div className="flex flex-col gap-4 p-4 sm:p-6">
        <form method="get" action={`/templates/${id}#compare`} className="flex flex-wrap items-end gap-4">
          <SelectField name="from" label={t("from")} defaultValue={`${from}`} options={options} />
          <SelectField name="to" label={t("to")} defaultValue={`${to}`} options={options} />
          <Button type="submit" kind="secondary">
            {t("submit")}
          </Button>
        </form>
        {asked.from !== undefined && from === to ? <p role="status">{t("same")}</p> : null}
        {changes ? (
          <div role="status">
            <ChangeList changes={changes} between={{ from, to }} />
          </div>
        ) : null}
      </div>
    </Sheet>
  );
}
