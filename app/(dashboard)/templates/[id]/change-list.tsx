import { getTranslations } from "next-intl/server";
import type { VersionChange } from "#lib/envelopes/core/templates/compare-versions.ts";

const MOST_SHOWN = 200;

interface ChangeListProps {
  readonly changes: readonly VersionChange[];
  /** Left out where it is the version before. */
  readonly between?: { readonly from: number; readonly to: number };
}

/** What is other in the later of two versions, in words. */
export async function ChangeList({ changes, between }: ChangeListProps) {
  const t = await getTranslations("app.templates.changes");
  const types = await getTranslations("app.prepare.fields.types");
  if (changes.length === 0)
    return (
      <p className="text-small text-ink-600">{between ? t("noneBetween", { ...between }) : t("none")}</p>
    );
  const count = changes.length;
  const textOf = (change: VersionChange): string => {
    if (change.about === "words") return t(`words.${change.part}`);
    if (change.about === "rules" || change.about === "class") return t(change.about);
    if (change.about !== "field") return t(`${change.about}.${change.change}`, { name: change.name });
    const name = change.label || types(change.type);
    return t(`field.${change.change}`, { name, page: change.page + 1 });
  };
  return (
    <details className="text-small text-ink-700" open={between !== undefined || count <= 5}>
      <summary className="min-h-8 content-center">
        {between ? t("between", { count, ...between }) : t("summary", { count })}
      </summary>
      <ul className="list-disc ps-6">
        {changes.slice(0, MOST_SHOWN).map((change) => (
          <li key={JSON.stringify(change)}>{textOf(change)}</li>
        ))}
        {changes.length > MOST_SHOWN ? <li>{t("more", { count: changes.length - MOST_SHOWN })}</li> : null}
      </ul>
    </details>
  );
}
