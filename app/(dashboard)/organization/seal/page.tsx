import type { Metadata, Route } from "next";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { Instant } from "#components/ui/instant.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { Page, Sheet } from "#components/ui/page.tsx";
import { RefreshNowAndThen } from "#components/ui/refresh-now-and-then.tsx";
import { publicId } from "#lib/ids.ts";
import { getExistingKeys } from "#lib/signing/seals/existing-keys.ts";
import { getRemoteCredentials, type RemoteOffer } from "#lib/signing/seals/get-remote-credentials.ts";
import { type CurrentSeal, listSeals } from "#lib/signing/seals/list-seals.ts";
import { memberContext } from "../../../_server/context.ts";
import { answerPage } from "../../../_server/page.ts";
import { ActButton } from "./act-button.tsx";
import { BroughtCard } from "./brought-card.tsx";
import { ConvertForm } from "./convert-form.tsx";
import { ExistingCard } from "./existing-card.tsx";
import { ImportForm } from "./import-form.tsx";
import { algorithmWords, providerWords } from "./key-words.ts";
import { RegisteredList } from "./registered-list.tsx";
import { RemoteCard } from "./remote-card.tsx";
import { RequestForm } from "./request-form.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("app.seal"))("title") };
}

/** The organization's seal, and how to bring a certificate of one's own for it. */
export default async function SealPage() {
  const ctx = await memberContext();
  const { current, brought, registered } = await answerPage(() => listSeals(ctx));
  const remote = await answerPage(() => getRemoteCredentials(ctx));
  const existing = await answerPage(() => getExistingKeys(ctx));
  const t = await getTranslations("app.seal");
  const isAsked = remote?.listing != null && remote.listing.answeredAt === null;
  const isUnderWay =
    isAsked ||
    existing.lookup?.isAnswered === false ||
    brought.some(({ state, checks }) => state === "key-wanted" || (state === "certified" && checks === null));
  return (
    <Page title={t("title")} lead={t("lead")} width="reading">
      {isUnderWay ? <RefreshNowAndThen /> : null}
      <div className="flex flex-col gap-6">
        <Sheet title={t("current")}>
          <CurrentRow current={current} />
        </Sheet>
        {brought.length > 0 ? (
          <Sheet title={t("brought")}>
            <ul className="divide-y divide-line">
              {brought.map((seal) => (
                <BroughtCard key={seal.id} seal={JSON.parse(JSON.stringify(seal))} />
              ))}
            </ul>
          </Sheet>
        ) : null}
        <Sheet title={t("request.title")}>
          <RequestForm />
        </Sheet>
        <Sheet title={t("import.title")}>
          <noscript>
            <div className="p-4 pb-0 sm:p-6 sm:pb-0">
              <Notice tone="bad">{t("import.needsScripts")}</Notice>
            </div>
          </noscript>
          <ImportForm places={existing.places} />
        </Sheet>
        {existing.places.length > 0 ? (
          <Sheet title={t("existing.title")}>
            <ExistingCard {...existing} />
          </Sheet>
        ) : null}
        {remote ? (
          <Sheet title={t("remote.title")}>
            <RemoteCard listing={shownListing(remote)} />
          </Sheet>
        ) : null}
        <Sheet title={t("registered.title")}>
          <RegisteredList
            registered={registered.map(({ notAfter, ...one }) => ({
              ...one,
              notAfter: notAfter.toISOString(),
            }))}
          />
        </Sheet>
        <Sheet title={t("convert.title")}>
          <ConvertForm />
        </Sheet>
      </div>
    </Page>
  );
}

function shownListing({ listing }: RemoteOffer) {
  if (!listing) return null;
  const { host, refusal, credentials, answeredAt } = listing;
  return { host, refusal, credentials, isAnswered: answeredAt !== null };
}

async function CurrentRow({ current }: { readonly current: CurrentSeal | null }) {
  const t = await getTranslations("app.seal");
  if (!current) return <p className="px-4 py-4 text-ink-700 sm:px-6">{t("none")}</p>;
  const { certificateId, subject, issuer, notAfter, isBrought, algorithm, provider } = current;
  return (
    <div className="flex flex-wrap items-start justify-between gap-4 px-4 py-4 sm:px-6">
      <div className="min-w-0">
        <p className="font-medium [overflow-wrap:anywhere]">
          <Link href={`/certificates/${publicId("certificate", certificateId)}` as Route}>{subject}</Link>
        </p>
        <p className="text-small text-ink-700">
          {isBrought ? t("issuedBy", { issuer }) : t("own")} · {t("until")}{" "}
          <Instant at={notAfter.toISOString()} />
        </p>
        <p className="text-small text-ink-600">
          {t("keyIn", { algorithm: algorithmWords(t, algorithm), provider: providerWords(t, provider) })}
        </p>
      </div>
      {isBrought ? <ActButton verb="return" label={t("return")} /> : null}
    </div>
  );
}
