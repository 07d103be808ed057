import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { Notice } from "#components/ui/notice.tsx";
import { Page, Sheet } from "#components/ui/page.tsx";
import { isRefusal } from "#lib/errors.ts";
import { type ApprovalView, readApproval } from "#lib/signing/programs/approve-request.ts";
import { memberContext } from "../../../../_server/context.ts";
import { answerPage } from "../../../../_server/page.ts";
import { ApproveButtons } from "./approve-buttons.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("app.programs.approve"))("title") };
}

interface ApprovePageProps {
  readonly searchParams: Promise<Readonly<Record<string, string | string[] | undefined>>>;
}

/** What a program asks a member for in their browser, and their answer. */
export default async function ApprovePage({ searchParams }: ApprovePageProps) {
  const ctx = await memberContext();
  const given = Object.entries(await searchParams).flatMap(([name, value]): [string, string][] =>
    typeof value === "string" ? [[name, value]] : [],
  );
  const view = await answerPage(() => readOrNull(() => readApproval(ctx, Object.fromEntries(given))));
  const t = await getTranslations("app.programs.approve");
  if (!view)
    return (
      <Page title={t("title")} width="reading">
        <Notice tone="bad">{t("unreadable")}</Notice>
      </Page>
    );
  const { program, host, scope, key, hashes } = view;
  return (
    <Page title={t("title")} width="reading" lead={t("lead", { program, host })}>
      <Sheet title={t(`asks.${scope}`, { count: hashes.length })}>
        <div className="flex flex-col gap-4 p-4 sm:p-6">
          {scope === "service" ? <p>{t("service", { program })}</p> : null}
          {key ? (
            <>
              <p>{t("credential", { program, count: hashes.length })}</p>
              <p className="text-lead font-medium [overflow-wrap:anywhere]">{key}</p>
              <div>
                <p className="text-small text-ink-600">{t("hashes", { count: hashes.length })}</p>
                <ul>
                  {hashes.map((hash) => (
                    <li key={hash} className="font-mono text-mono [overflow-wrap:anywhere]">
                      {hash}
                    </li>
                  ))}
                </ul>
              </div>
              <p className="text-small text-ink-700">{t("once")}</p>
            </>
          ) : null}
          <ApproveButtons search={new URLSearchParams(given).toString()} />
        </div>
      </Sheet>
    </Page>
  );
}

/** What cannot be answered is said on the page: nobody is sent back to an address that was not named before. */
async function readOrNull(work: () => Promise<ApprovalView>): Promise<ApprovalView | null> {
  try {
    return await work();
  } catch (error) {
    if (isRefusal(error) && error.code.startsWith("csc/")) return null;
    throw error;
  }
}
