import { KeyRound } from "lucide-react";
import type { Metadata, Route } from "next";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { buttonClass } from "#components/ui/button.tsx";
import { Instant } from "#components/ui/instant.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { Page, Sheet } from "#components/ui/page.tsx";
import { hasPermission } from "#lib/authorize.ts";
import { listKeyProviders } from "#lib/pki/key-providers/list-key-providers.ts";
import { type KeyExportsView, listKeyExports } from "#lib/signing/key-exports/get-key-exports.ts";
import { listSftpPlaces } from "#lib/signing/sftp-places/add-place.ts";
import { memberContext } from "../../_server/context.ts";
import { answerPage } from "../../_server/page.ts";
import { BackToKeys } from "../keys/back-to-keys.tsx";
import { AllowButton } from "./allow-button.tsx";
import { ExportPill } from "./export-pill.tsx";
import { KeyPlaces, providerName } from "./key-places.tsx";
import { RequestButton } from "./request-button.tsx";
import { SftpPlaces } from "./sftp-places.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("app.keyExports"))("title") };
}

/** The organization's signing keys, and requests to hand one out. */
export default async function KeyExportsPage() {
  const ctx = await memberContext();
  const view = await answerPage(() => listKeyExports(ctx));
  const places = await answerPage(() => listKeyProviders(ctx));
  const sftp = await answerPage(() => listSftpPlaces(ctx));
  const t = await getTranslations("app.keyExports");
  const { isAllowed, may } = view;
  return (
    <Page
      title={t("title")}
      back={<BackToKeys />}
      lead={t("lead")}
      width="reading"
      actions={
        <>
          <Link href={"/keys/projects" as Route} className={buttonClass("quiet")}>
            {t("projects")}
          </Link>
          <Link href={"/keys/ceremonies" as Route} className={buttonClass("quiet")}>
            {t("ceremonies")}
          </Link>
          <Link href={"/keys/runbooks" as Route} className={buttonClass("quiet")}>
            {t("runbooks")}
          </Link>
          <Link href={"/key-exports/passphrases" as Route} className={buttonClass("quiet")}>
            {t("vault.title")}
          </Link>
          {may.allow ? <AllowButton isAllowed={isAllowed} /> : null}
        </>
      }
    >
      <div className="flex flex-col gap-6">
        {hasPermission(ctx.actor, "key.manage") ? (
          <p className="flex flex-wrap items-center justify-between gap-3">
            {t("hosted")}
            <Link href={"/keys/programs" as Route} className={buttonClass("primary")}>
              {t("toPrograms")}
            </Link>
          </p>
        ) : null}
        <Notice>{t(isAllowed ? "allowed" : "off")}</Notice>
        <Keys view={view} sftp={sftp} />
        <KeyPlaces places={places} />
        <Requests view={view} />
        <SftpPlaces
          places={sftp.map(({ triedAt, ...place }) => ({
            ...place,
            triedAt: triedAt?.toISOString() ?? null,
          }))}
          mayChange={may.request}
        />
      </div>
    </Page>
  );
}

interface KeysProps {
  readonly view: KeyExportsView;
  readonly sftp: readonly { readonly id: string; readonly name: string }[];
}

async function Keys({ view, sftp }: KeysProps) {
  const t = await getTranslations("app.keyExports");
  const { keys, recipients, isAllowed, may } = view;
  return (
    <Sheet title={t("keys")}>
      {keys.length === 0 ? <p className="px-4 py-5 text-ink-700 sm:px-6">{t("noKeys")}</p> : null}
      <ul className="divide-y divide-line">
        {keys.map((key) => (
          <li key={key.id} className="flex flex-wrap items-center justify-between gap-4 px-4 py-4 sm:px-6">
            <div className="min-w-0 flex-1 basis-64">
              <p className="font-medium">
                {t(`algorithms.${key.algorithm}`)} {key.isActive ? t("inUse") : t("notInUse")}
              </p>
              <p className="text-small text-ink-600 [overflow-wrap:anywhere]">
                {t("serial")} <span className="font-mono">{key.serial}</span> · {t("until")}{" "}
                <Instant at={key.notAfter.toISOString()} />
              </p>
              <p className="mt-1 text-small text-ink-700">
                {t(key.isExportable ? "keptHere" : "keptElsewhere", {
                  provider: providerName(t, key.provider),
                })}
              </p>
            </div>
            {isAllowed && may.request && key.isExportable ? (
              <RequestButton
                signingKeyId={key.id}
                serial={key.serial}
                recipients={recipients}
                places={sftp.map(({ id, name }) => ({ id, name }))}
              />
            ) : null}
          </li>
        ))}
      </ul>
    </Sheet>
  );
}

async function Requests({ view }: { readonly view: KeyExportsView }) {
  const t = await getTranslations("app.keyExports");
  return (
    <Sheet title={t("requests")}>
      {view.exports.length === 0 ? (
        <p className="flex items-center gap-3 px-4 py-5 text-ink-700 sm:px-6">
          <KeyRound aria-hidden="true" className="size-5 shrink-0" />
          {t("noRequests")}
        </p>
      ) : null}
      <ul className="divide-y divide-line">
        {view.exports.map(({ id, state, reason, destination, requestedBy, requestedAt, reviewDueAt }) => (
          <li key={id} className="flex flex-wrap items-center justify-between gap-3 px-4 py-4 sm:px-6">
            <div className="min-w-0 flex-1 basis-64">
              <Link href={`/key-exports/${id}` as Route} className="font-medium [overflow-wrap:anywhere]">
                {t(`reasons.${reason}`)}: {destination}
              </Link>
              <p className="text-small text-ink-600 [overflow-wrap:anywhere]">
                {requestedBy} · <Instant at={requestedAt.toISOString()} />
              </p>
              {state === "received" && reviewDueAt ? (
                <p className="text-small text-warn-800">
                  {t("reviewDue")} <Instant at={reviewDueAt.toISOString()} />
                </p>
              ) : null}
            </div>
            <ExportPill state={state} label={t(`states.${state}`)} />
          </li>
        ))}
      </ul>
    </Sheet>
  );
}
