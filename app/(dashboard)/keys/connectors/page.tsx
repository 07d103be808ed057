import { CircleCheck, CircleHelp, CircleX, PlugZap } from "lucide-react";
import type { Metadata, Route } from "next";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import type { ReactNode } from "react";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Instant } from "#components/ui/instant.tsx";
import { Page, Sheet } from "#components/ui/page.tsx";
import { RefreshNowAndThen } from "#components/ui/refresh-now-and-then.tsx";
import { StatusPill } from "#components/ui/status-pill.tsx";
import { type ConnectorKey, type ConnectorView, listConnectors } from "#lib/signing/keys/connectors.ts";
import { memberContext } from "../../../_server/context.ts";
import { answerPage } from "../../../_server/page.ts";
import { BackToKeys } from "../back-to-keys.tsx";
import { TestButton } from "./test-button.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("app.connectors"))("title") };
}

const LOOKS = {
  reachable: { tone: "good", icon: CircleCheck },
  away: { tone: "bad", icon: CircleX },
  unknown: { tone: "warn", icon: CircleHelp },
} as const;
/** What can be set up, and the setting that turns it on. */
const KNOWN = [
  ...([
    ["software", null],
    ["pkcs11", "PKCS11_MODULE"],
    ["aws-kms", "KMS_REGION"],
  ] as const),
  ...([
    ["google-kms", "GOOGLE_KMS_KEY_RING"],
    ["azure-key-vault", "AZURE_VAULT_URL"],
  ] as const),
  ...([
    ["vault", "VAULT_ADDR"],
    ["csc", "CSC_URL"],
  ] as const),
] as const;

/** Every place where keys can be kept: how it is, what is set, which keys are there, and what can be changed where. */
export default async function ConnectorsPage() {
  const ctx = await memberContext();
  const places = await answerPage(() => listConnectors(ctx));
  const t = await getTranslations("app.connectors");
  const names = await getTranslations("app.keys.providers");
  const missing = KNOWN.filter(([name]) => !places.some((place) => place.name === name));
  const changes = [
    ["/keys", "rotation"],
    ["/key-exports", "exports"],
    ["/organization/seal", "seal"],
    ["/keys/programs", "programs"],
  ] as const;
  return (
    <Page title={t("title")} width="reading" back={<BackToKeys />} lead={t("lead")}>
      <div className="flex flex-col gap-6">
        {places.length === 0 ? (
          <EmptyState icon={PlugZap} title={t("none")}>
            {t("noneHint")}
          </EmptyState>
        ) : null}
        {places.map((place) => (
          <Connector key={place.name} place={place} />
        ))}
        <Sheet title={t("onScreen")}>
          <ul className="list-disc px-4 py-4 ps-9 sm:px-6 sm:ps-11">
            {changes.map(([href, word]) => (
              <li key={href}>
                <Link href={href as Route}>{t(`change.${word}`)}</Link>
              </li>
            ))}
          </ul>
        </Sheet>
        {missing.length > 0 ? (
          <Sheet title={t("others")}>
            <p className="px-4 pt-4 text-small text-ink-600 sm:px-6">{t("othersLead")}</p>
            <ul className="divide-y divide-line">
              {missing.map(([name, variable]) => (
                <li key={name} className="px-4 py-3 sm:px-6">
                  {names(name)}
                  {variable ? (
                    <span className="ms-2 font-mono text-mono text-ink-600">{variable}</span>
                  ) : null}
                </li>
              ))}
            </ul>
          </Sheet>
        ) : null}
        <RefreshNowAndThen />
      </div>
    </Page>
  );
}

async function Connector({ place }: { readonly place: ConnectorView }) {
  const t = await getTranslations("app.connectors");
  const names = await getTranslations("app.keys.providers");
  const refusals = await getTranslations("refusals");
  const known = KNOWN.find(([name]) => name === place.name)?.[0];
  const name = known ? names(known) : place.name;
  const state = place.isReachable === null ? "unknown" : place.isReachable ? "reachable" : "away";
  const facts: readonly (readonly [string, ReactNode])[] = [
    [t("checkedAt"), <Instant key="at" at={place.checkedAt.toISOString()} withSeconds />],
    [t("since"), <Instant key="since" at={place.since.toISOString()} withSeconds />],
    ...(place.tookMs === null ? [] : ([[t("took"), t("milliseconds", { count: place.tookMs })]] as const)),
    [t("copies"), t(place.isExportable ? "canBeCopied" : "cannotBeCopied")],
    [t("makes"), t(place.makesSeals ? "makesSeals" : "makesNone")],
  ];
  return (
    <Sheet title={name} aside={<StatusPill {...LOOKS[state]}>{t(`states.${state}`)}</StatusPill>}>
      <div className="flex flex-col gap-4 px-4 py-4 sm:px-6">
        {place.refusal ? (
          <p className="text-bad-700">{refusals(place.refusal as never, { reference: "none" } as never)}</p>
        ) : null}
        <Facts rows={facts} />
        <TestButton provider={place.name} name={name} />
        {place.settings ? (
          <div>
            <h3 className="font-medium">{t("environment")}</h3>
            {place.settings.length === 0 ? (
              <p className="text-small text-ink-600">{t("nothingSet")}</p>
            ) : (
              <Facts rows={place.settings.map(({ variable, value }) => [variable, value ?? t("secret")])} />
            )}
          </div>
        ) : null}
        {place.name === "pkcs11" && place.settings ? (
          <div>
            <h3 className="font-medium">{t("pin.title")}</h3>
            <ol className="mt-1 flex list-decimal flex-col gap-1 ps-5 text-small text-ink-700">
              <li>{t("pin.token")}</li>
              <li>
                {place.settings.some(({ variable }) => variable === "PKCS11_PIN_FILE")
                  ? t("pin.file")
                  : t("pin.variable")}
              </li>
            </ol>
            <p className="mt-1 text-small text-ink-600">{t("pin.wrong")}</p>
          </div>
        ) : null}
        <div>
          <h3 className="font-medium">{t("keys")}</h3>
          {place.keys.length === 0 ? <p className="text-small text-ink-600">{t("noKeys")}</p> : null}
          <ul className="flex flex-col gap-2">
            {place.keys.map((key) => (
              <KeyLine key={key.id} item={key} />
            ))}
          </ul>
        </div>
      </div>
    </Sheet>
  );
}

function Facts({ rows }: { readonly rows: readonly (readonly [string, ReactNode])[] }) {
  return (
    <dl className="grid gap-x-6 gap-y-1 text-small sm:grid-cols-[15rem_1fr]">
      {rows.map(([label, value]) => (
        <div key={label} className="contents">
          <dt className="text-ink-600 [overflow-wrap:anywhere]">{label}</dt>
          <dd className="-mt-1 [overflow-wrap:anywhere] sm:mt-0">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

async function KeyLine({ item }: { readonly item: ConnectorKey }) {
  const t = await getTranslations("app.connectors");
  const algorithms = await getTranslations("app.keyExports.algorithms");
  const algorithm = algorithms.has(item.algorithm as never)
    ? algorithms(item.algorithm as never)
    : item.algorithm;
  const use = item.isBlocked ? "blocked" : item.isActive ? "active" : item.isStandby ? "standby" : "idle";
  return (
    <li className="text-small">
      <p>
        {algorithm} · {t(`use.${use}`)}
      </p>
      <p className="font-mono text-mono text-ink-600 [overflow-wrap:anywhere]">{item.keyId}</p>
    </li>
  );
}
