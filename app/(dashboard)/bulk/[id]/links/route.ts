import { getTranslations } from "next-intl/server";
import { giveJobLinks } from "#lib/signing/hosted-links/give-job-links.ts";
import { signedInContext } from "../../../../_server/context.ts";
import { fileResponse } from "../../../../_server/download.ts";
import { answer } from "../../../../_server/problem.ts";
import { jobIdIn } from "../../job-id.ts";

/** Makes links to give to people, and hands them over in the table. The header of our own no page of another site can send. */
export function POST(request: Request, { params }: { params: Promise<{ id: string }> }) {
  return answer(async () => {
    const jobId = jobIdIn((await params).id);
    const days = Number(request.headers.get("x-days") ?? Number.NaN);
    if (!Number.isInteger(days)) return new Response(null, { status: 400 });
    const t = await getTranslations("app.bulk");
    const words = {
      envelope: t("columnsOfErrors.envelope"),
      until: t("given.until"),
      linkOf: (name: string, number: number) =>
        t("given.column", { name: name || t("given.person", { number }) }),
    };
    return fileResponse(await giveJobLinks(await signedInContext(), { jobId, days }, words));
  });
}
