import type { Metadata, Route } from "next";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { buttonClass } from "#components/ui/button.tsx";
import { Instant } from "#components/ui/instant.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { Page, Sheet } from "#components/ui/page.tsx";
import { RefreshNowAndThen } from "#components/ui/refresh-now-and-then.tsx";
import { type AuthorityRotationView, listAuthorityRotations } from "#lib/pki/get-authority-rotations.ts";
import { getKeyCare, type KeyCareView } from "#lib/signing/key-care/get-key-care.ts";
import { listEnds } from "#lib/signing/keys/list-ends.ts";
import { type KeyItem, type KeysView, listKeys } from "#lib/signing/keys/list-keys.ts";
import { listSecrets } from "#lib/signing/secrets/list-secrets.ts";
import { memberContext } from "../../_server/context.ts";
import { answerPage } from "../../_server/page.ts";
import { providerName } from "../key-exports/key-places.tsx";
import { CalendarCard } from "./calendar-card.tsx";
import { BackupCard, StandbyCard } from "./care-cards.tsx";
import { EndsSummary } from "./ends-summary.tsx";
import { KeyPolicyField } from "./key-policy-field.tsx";
import { KeyRow } from "./key-row.tsx";
import { ReviewList } from "./review-list.tsx";
import { SealLife } from "./seal-life.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("app.keys"))("title") };
}

const PLACES = [
  { href: "/keys/projects", word: "projects" },
  { href: "/keys/ceremonies", word: "ceremonies" },
  { href: "/key-exports", word: "exports" },
  { href: "/keys/secrets", word: "secretsLink" },
  { href: "/keys/runbooks", word: "runbooks" },
  { href: "/keys/connectors", word: "connectors" },
  { href: "/keys/tests", word: "tests" },
  { href: "/keys/programs", word: "programs" },
] as const;

/** What signs for the organization: which key, until when, and what has to be done about it. */
export default async function KeysPage() {
  const ctx = await memberContext();
  const view = await answerPage(() => listKeys(ctx));
  const care = await answerPage(() => getKeyCare(ctx));
  const ends = await answerPage(() => listEnds(ctx));
  const exchanges = await answerPage(() => listAuthorityRotations(ctx));
  const secrets = await answerPage(() => listSecrets(ctx));
  const t = await getTranslations("app.keys");
  const { seals, authorities, reviews, policy, openRotationId, isRootAway } = view;
  const inUse = authorities.filter(({ state }) => state === "in-use" || state === "away");
  const earlier = authorities.filter((one) => !inUse.includes(one));
  return (
    <Page
      title={t("title")}
      lead={t("lead")}
      actions={
        <nav aria-label={t("work")} className="flex flex-wrap gap-2">
          {PLACES.map(({ href, word }) => (
            <Link key={href} href={href as Route} className={buttonClass("secondary")}>
              {t(word)}
            </Link>
          ))}
        </nav>
      }
    >
      <div className="flex flex-col gap-6">
        <Outage care={care} />
        <Attention view={view} overdueSecrets={secrets.items.filter(({ isOverdue }) => isOverdue).length} />
        <EndsSummary counts={ends.counts} />
        <Sheet
          title={t("seal")}
          aside={
            openRotationId ? (
              <Link href={`/keys/rotate/${openRotationId}` as Route} className={buttonClass()}>
                {t("goOnRotating")}
              </Link>
            ) : (
              <Link href={"/keys/rotate" as Route} className={buttonClass("secondary")}>
                {t("rotateSeal")}
              </Link>
            )
          }
        >
          {seals.length === 0 ? (
            <p className="px-4 py-4 text-ink-700 sm:px-6">{t("noSeal")}</p>
          ) : (
            <KeyList items={seals} label={t("seal")} />
          )}
          <SealLife leastDays={policy.leastSealDays} />
          <KeyPolicyField forbidsExportable={policy.forbidsExportable} />
          <p className="border-t border-line px-4 py-4 text-small text-ink-700 sm:px-6">
            {t("ownCertificate")}{" "}
            <Link
              href={"/organization/seal" as Route}
              className="inline-flex min-h-11 items-center sm:min-h-8"
            >
              {t("toSeal")}
            </Link>
          </p>
        </Sheet>
        {authorities.length > 0 ? (
          <Sheet
            title={t("authorities")}
            aside={
              <a href="/pki/policy" className="text-small">
                {t("policy")}
              </a>
            }
          >
            <KeyList items={inUse} label={t("authorities")} isRootAway={isRootAway} />
            {earlier.length > 0 ? (
              <details className="border-t border-line">
                <summary className="min-h-11 cursor-pointer px-4 py-3 font-medium sm:px-6">
                  {t("earlier", { count: earlier.length })}
                </summary>
                <KeyList
                  items={earlier}
                  label={t("earlier", { count: earlier.length })}
                  isRootAway={isRootAway}
                />
              </details>
            ) : null}
            <Exchanges exchanges={exchanges} />
            <RootKey isAway={isRootAway} />
          </Sheet>
        ) : null}
        <Care care={care} />
        <ReviewList reviews={reviews.map(shownReview)} policy={policy} />
        <CalendarCard since={policy.calendarSince?.toISOString() ?? null} />
      </div>
    </Page>
  );
}

/** What stands by and what was set aside. Both are made in the background, so the page looks again. */
async function Care({ care }: { readonly care: KeyCareView }) {
  const t = await getTranslations("app.keyExports");
  const words = await getTranslations("app.keyWork");
  const { standby, backups, places } = care;
  const label = (name: string) => capital(providerName(t, name));
  return (
    <>
      <StandbyCard
        standby={standby && { ...standby, since: standby.since?.toISOString() ?? null }}
        broughtBy={care.broughtBy}
        broughtKeys={care.broughtKeys.map(({ sealId, name, issuer, provider }) => ({
          value: sealId,
          label: words("standby.broughtChoice", { name, issuer, place: label(provider) }),
        }))}
        afterMinutes={care.standbyAfterMinutes}
        places={places.map((value) => ({ value, label: label(value) }))}
        placeLabel={standby ? providerName(t, standby.provider) : ""}
      />
      <BackupCard
        backups={backups.map(shownBackup)}
        everyDays={care.backupEveryDays}
        keepDays={care.backupKeepDays}
      />
      <RefreshNowAndThen />
    </>
  );
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
const shownBackup = ({
  createdAt,
  destroyAt,
  destroyedAt,
  drilledAt,
  ...backup
}: KeyCareView["backups"][number]) => ({
  ...backup,
  createdAt: createdAt.toISOString(),
  destroyAt: destroyAt.toISOString(),
  destroyedAt: destroyedAt?.toISOString() ?? null,
  drilledAt: drilledAt?.toISOString() ?? null,
});

const shownReview = ({ dueAt, doneAt, ...review }: KeysView["reviews"][number]) => ({
  ...review,
  dueAt: dueAt.toISOString(),
  doneAt: doneAt?.toISOString() ?? null,
});

/** That the place of the seal key cannot be reached, and who signs meanwhile. */
async function Outage({ care: { lost, standby } }: { readonly care: KeyCareView }) {
  const t = await getTranslations("app.keyWork.standby");
  const names = await getTranslations("app.keyExports");
  if (standby?.state === "standing-in")
    return (
      <Notice tone="warn">
        {t("standsInNow", { place: providerName(names, standby.provider) })}{" "}
        {standby.since ? <Instant at={standby.since.toISOString()} /> : null}
      </Notice>
    );
  if (!lost) return null;
  return (
    <Notice tone="bad">
      {t("lostNow", { place: providerName(names, lost.provider) })} <Instant at={lost.since.toISOString()} />
    </Notice>
  );
}

/** What needs somebody, in one line each; nothing when nothing does. */
async function Attention({
  view,
  overdueSecrets: count,
}: {
  readonly view: KeysView;
  readonly overdueSecrets: number;
}) {
  const t = await getTranslations("app.keys");
  const current = [...view.seals, ...view.authorities].filter(
    ({ state }) => state === "in-use" || state === "away",
  );
  const ending = current.filter(({ urgency }) => urgency !== "calm");
  const overdue = view.reviews.filter(({ isOverdue }) => isOverdue);
  if (ending.length === 0 && overdue.length === 0 && count === 0)
    return <Notice tone="good">{t("calm")}</Notice>;
  return (
    <Notice tone="warn">
      <ul className="flex flex-col gap-1">
        {ending.map(({ sha256, kind, urgency }) => (
          <li key={sha256}>{t(`ending.${urgency}`, { what: t(`kinds.${kind}`) })}</li>
        ))}
        {overdue.map(({ id, kind }) => (
          <li key={id}>{t("overdue", { what: t(`reviews.kinds.${kind}`) })}</li>
        ))}
        {count > 0 ? (
          <li>
            <Link href={"/keys/secrets" as Route}>{t("secretsOverdue", { count })}</Link>
          </li>
        ) : null}
      </ul>
    </Notice>
  );
}

function KeyList({
  items,
  label,
  isRootAway = false,
}: {
  readonly items: readonly KeyItem[];
  readonly label: string;
  readonly isRootAway?: boolean;
}) {
  return (
    <ul aria-label={label} className="divide-y divide-line">
      {items.map((item) => (
        <KeyRow key={item.sha256} item={item} isRootAway={isRootAway} />
      ))}
    </ul>
  );
}

/** The exchanges of authorities, each with the proof that nothing was lost. */
async function Exchanges({ exchanges }: { readonly exchanges: readonly AuthorityRotationView[] }) {
  const t = await getTranslations("app.keys");
  if (exchanges.length === 0) return null;
  const held = ({ documents }: NonNullable<AuthorityRotationView["proof"]>) => {
    const lost = documents.filter(({ isGood }) => !isGood).length;
    return lost > 0
      ? t("authorityRotation.heldNot", { count: lost })
      : t("authorityRotation.held", { count: documents.length });
  };
  return (
    <div className="border-t border-line px-4 py-4 sm:px-6">
      <h3 className="font-medium">{t("authorityRotation.list")}</h3>
      <ul className="mt-2 flex flex-col gap-2 text-small">
        {exchanges.map(({ id, kind, state, startedAt, proof }) => (
          <li key={id} className="flex flex-wrap items-center gap-x-3">
            <Link
              href={`/keys/authorities/${id}` as Route}
              prefetch={false}
              className="inline-flex min-h-11 items-center sm:min-h-8"
            >
              {t(`kinds.${kind}`)}
            </Link>
            <Instant at={startedAt.toISOString()} />
            <span className="text-ink-700">
              {proof ? held(proof) : t(`authorityRotation.states.${state}`)}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** How the root's key is taken away and used: on the command line, never through this page. */
async function RootKey({ isAway }: { readonly isAway: boolean }) {
  const t = await getTranslations("app.keys.root");
  const commands = isAway
    ? ["whereof root use FILE --for list", "whereof root use FILE --for issuing"]
    : ["whereof root export FILE", "whereof root remove FILE"];
  return (
    <div className="border-t border-line px-4 py-4 sm:px-6">
      <h3 className="font-medium">{t("title")}</h3>
      <p className="mt-1 max-w-[72ch] text-small text-ink-700">{isAway ? t("away") : t("here")}</p>
      <pre className="mt-2 overflow-x-auto rounded-control bg-canvas px-3 py-2 font-mono text-mono">
        {commands.join("\n")}
      </pre>
    </div>
  );
}
