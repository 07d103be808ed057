import type { Metadata, Route } from "next";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { Page, Sheet } from "#components/ui/page.tsx";
import { hasPermission, type Permission } from "#lib/authorize.ts";
import { memberContext } from "../../_server/context.ts";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("app.help"))("title") };
}

/** What is asked for most, who may do it, and where that is. */
const TOPICS = [
  ["send", "start", "envelope.create", "/envelopes"],
  ["send", "missing", "envelope.create", null],
  ["send", "again", "template.read", "/templates"],
  ["send", "many", "bulk.send", "/bulk"],
  ["follow", "waiting", "envelope.manage", "/envelopes?view=waiting"],
  ["follow", "mail", "envelope.manage", null],
  ["follow", "wrong", "envelope.manage", null],
  ["follow", "news", null, "/account"],
  ["prove", "check", null, "/verify"],
  ["prove", "package", "evidence.download", "/envelopes?view=completed"],
  ["prove", "certificate", "certificate.read", "/certificates"],
  ["prove", "hold", "hold.manage", "/retention/holds"],
  ["run", "ends", "key.manage", "/keys/ends"],
  ["run", "trial", "staging.open", "/organization/staging"],
  ["run", "people", "member.read", "/members"],
] as const satisfies readonly (readonly [string, string, Permission | null, string | null])[];

const PARTS = ["send", "follow", "prove", "run"] as const;
const KEYS = ["palette", "list", "envelopes", "act", "editor"] as const;

/** How the usual things are done, as far as the member's role does them. */
export default async function HelpPage() {
  const { actor } = await memberContext();
  const t = await getTranslations("app.help");
  const shown = TOPICS.filter(([, , permission]) => permission === null || hasPermission(actor, permission));
  return (
    <Page title={t("title")} lead={t("lead")} width="reading">
      <div className="flex flex-col gap-6">
        {PARTS.map((part) => {
          const topics = shown.filter(([of]) => of === part);
          return topics.length === 0 ? null : (
            <Sheet key={part} title={t(`parts.${part}`)}>
              <div className="divide-y divide-line">
                {topics.map(([, topic, , href]) => (
                  <section key={topic} className="px-4 py-4 sm:px-6">
                    <h3 className="font-medium">{t(`topics.${topic}.question`)}</h3>
                    <p className="mt-1 text-ink-700">{t(`topics.${topic}.answer`)}</p>
                    {href ? (
                      <p className="mt-1">
                        <Link href={href as Route} prefetch={false}>
                          {t(`topics.${topic}.link`)}
                        </Link>
                      </p>
                    ) : null}
                  </section>
                ))}
              </div>
            </Sheet>
          );
        })}
        <Sheet title={t("keys.title")}>
          <dl className="divide-y divide-line">
            {KEYS.map((key) => (
              <div key={key} className="flex items-center justify-between gap-4 px-4 py-2.5 sm:px-6">
                <dt>{t(`keys.${key}.what`)}</dt>
                <dd className="shrink-0">
                  <kbd className="rounded border border-line-strong px-2 py-0.5 font-sans text-small">
                    {t(`keys.${key}.press`)}
                  </kbd>
                </dd>
              </div>
            ))}
          </dl>
        </Sheet>
        <p className="text-small text-ink-600">{t("more")}</p>
      </div>
    </Page>
  );
}
