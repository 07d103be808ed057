import { BadgeCheck, Ban, CircleHelp, Clock, FileBadge, SearchX } from "lucide-react";
import type { Metadata, Route } from "next";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { Button, buttonClass } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Instant } from "#components/ui/instant.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { Page } from "#components/ui/page.tsx";
import { SelectField } from "#components/ui/select-field.tsx";
import { StatusPill } from "#components/ui/status-pill.tsx";
import { inputClass, TextField } from "#components/ui/text-field.tsx";
import { hasPermission, type Permission } from "#lib/authorize.ts";
import { type CheckView, latestChecks } from "#lib/evidence/certificate-checks/get-checks.ts";
import { publicId } from "#lib/ids.ts";
import {
  CERTIFICATE_KINDS,
  CERTIFICATE_STATUSES,
  type CertificateListItem,
  searchCertificates,
} from "#lib/pki/search-certificates.ts";
import { memberContext } from "../../_server/context.ts";
import { answerPage } from "../../_server/page.ts";
import { Gated } from "../reason/gated.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("app.certificateIndex"))("title") };
}

interface Query {
  readonly status?: string | string[];
  readonly kind?: string | string[];
  readonly q?: string | string[];
  readonly from?: string | string[];
  readonly to?: string | string[];
  readonly older?: string | string[];
}

const one = (value: string | string[] | undefined) => (Array.isArray(value) ? value[0] : value) ?? "";

/** A day as a form writes it; anything else is none. */
const dayOf = (value: string | string[] | undefined) => /^\d{4}-\d{2}-\d{2}$/.exec(one(value))?.[0] ?? "";

/** Every certificate issued to the organization's signers and for its seals. */
export default async function CertificatesPage({ searchParams }: { searchParams: Promise<Query> }) {
  const query = await searchParams;
  const ctx = await memberContext();
  const t = await getTranslations("app.certificateIndex");
  const status = CERTIFICATE_STATUSES.find((known) => known === one(query.status)) ?? null;
  const kind = CERTIFICATE_KINDS.find((known) => known === one(query.kind)) ?? null;
  const search = one(query.q).slice(0, 200);
  const [from, to] = [dayOf(query.from), dayOf(query.to)];
  const older = one(query.older).slice(0, 200);
  const { items, olderCursor } = await answerPage(() =>
    searchCertificates(ctx, {
      ...{ search, kind, status, cursor: older || null },
      ...{ endsFrom: from || null, endsBy: to || null },
    }),
  );
  const looked = await answerPage(() => latestChecks(ctx, { certificateIds: items.map(({ id }) => id) }));
  const rules = await getTranslations("app.capture");
  const isFiltered = [status, kind, search.trim(), from, to, older].some(Boolean);
  const kept = {
    ...(status ? { status } : {}),
    ...(kind ? { kind } : {}),
    ...(search ? { q: search } : {}),
    ...(from ? { from } : {}),
    ...(to ? { to } : {}),
  };
  const may = (permission: Permission) => hasPermission(ctx.actor, permission);
  const olderAddress = () => {
    return `/certificates?${new URLSearchParams({ ...kept, older: olderCursor ?? "" })}` as Route;
  };
  return (
    <Page
      title={t("title")}
      lead={t("lead")}
      actions={
        <>
          {items.length > 0 && may("evidence.download") ? (
            <Gated purpose="export" id={null}>
              <a
                href={`/certificates/index.csv?${new URLSearchParams(kept)}`}
                download
                className={buttonClass("quiet")}
              >
                {t("csv")}
              </a>
            </Gated>
          ) : null}
          {may("certificate.read") ? (
            <Link href={"/certificates/capture" as Route} className={buttonClass("quiet")}>
              {rules("link")}
            </Link>
          ) : null}
          {may("certificate.read") ? (
            <Link href={"/certificates/checks" as Route} className={buttonClass("quiet")}>
              {t("checks")}
            </Link>
          ) : null}
          <Link href={"/certificates/inspect" as Route} className={buttonClass("secondary")}>
            {t("inspect")}
          </Link>
          {may("key-export.read") ? (
            <Link href={"/key-exports" as Route} className={buttonClass("secondary")}>
              {t("privateKeys")}
            </Link>
          ) : null}
        </>
      }
    >
      {may("key.manage") && !isEncryptedAtRest(ctx.runtime.config.databaseAtRest) ? (
        <div className="mb-4">
          <Notice tone="warn">{t("atRest")}</Notice>
        </div>
      ) : null}
      {items.length === 0 && !isFiltered ? (
        <EmptyState icon={FileBadge} title={t("empty")}>
          {t("emptyHint")}
        </EmptyState>
      ) : (
        <>
          <search>
            <form
              action="/certificates"
              className="mb-4 grid grid-cols-2 items-end gap-3 lg:grid-cols-[minmax(0,1fr)_11rem_10rem_10rem_10rem_auto]"
            >
              <label htmlFor="certificate-search" className="sr-only">
                {t("search")}
              </label>
              <input
                id="certificate-search"
                name="q"
                type="search"
                defaultValue={search}
                maxLength={200}
                placeholder={t("search")}
                className={`${inputClass} min-w-0 max-lg:col-span-2`}
              />
              <SelectField
                label={t("kind")}
                hidesLabel
                name="kind"
                defaultValue={kind ?? ""}
                options={[
                  { value: "", label: t("allKinds") },
                  ...CERTIFICATE_KINDS.map((value) => ({ value, label: t(`kinds.${value}`) })),
                ]}
              />
              <SelectField
                label={t("status")}
                hidesLabel
                name="status"
                defaultValue={status ?? ""}
                options={[
                  { value: "", label: t("allStatuses") },
                  ...CERTIFICATE_STATUSES.map((value) => ({ value, label: t(`statuses.${value}`) })),
                ]}
              />
              <TextField name="from" type="date" label={t("endsFrom")} defaultValue={from} />
              <TextField name="to" type="date" label={t("endsBy")} defaultValue={to} />
              <Button type="submit" kind="secondary" className="max-lg:col-span-2">
                {t("submit")}
              </Button>
            </form>
          </search>
          {items.length === 0 ? (
            <EmptyState
              icon={SearchX}
              title={t("noneFound")}
              action={
                <Link href={"/certificates" as Route} className={buttonClass("secondary")}>
                  {t("showAll")}
                </Link>
              }
            >
              {t("noneFoundHint")}
            </EmptyState>
          ) : (
            <ul
              aria-label={t("title")}
              className="divide-y divide-line rounded-card border border-line bg-paper"
            >
              {items.map((item) => (
                <CertificateRow key={item.id} item={item} check={looked.get(item.id) ?? null} />
              ))}
            </ul>
          )}
          {olderCursor ? (
            <nav aria-label={t("pages")} className="mt-4 flex justify-end">
              <Link href={olderAddress()} className={buttonClass("secondary")}>
                {t("older")}
              </Link>
            </nav>
          ) : null}
        </>
      )}
    </Page>
  );
}

const isEncryptedAtRest = (said: string | null) => said === "disk" || said === "service";

const LOOKS = {
  valid: { tone: "good", icon: BadgeCheck },
  expired: { tone: "neutral", icon: Clock },
  revoked: { tone: "bad", icon: Ban },
  unknown: { tone: "warn", icon: CircleHelp },
} as const;

interface CertificateRowProps {
  readonly item: CertificateListItem;
  /** What was found when it was last looked at again; null before. */
  readonly check: CheckView | null;
}

async function CertificateRow({ item, check }: CertificateRowProps) {
  const verdicts = await getTranslations("app.certificateChecks.verdicts");
  const t = await getTranslations("app.certificateIndex");
  const { subject, serial, kind, status, notAfter, envelope } = item;
  return (
    <li className="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 gap-y-1 px-4 py-3 sm:px-6 md:min-h-16 md:grid-cols-[minmax(0,1fr)_minmax(0,16rem)_9rem_15rem]">
      <div className="min-w-0">
        <p className="truncate font-medium">
          <Link href={`/certificates/${publicId("certificate", item.id)}` as Route} prefetch={false}>
            {commonName(subject)}
          </Link>
        </p>
        <p className="truncate text-small text-ink-600">
          {t(`kinds.${kind}`)} · <span className="font-mono text-mono">{serial}</span>
        </p>
      </div>
      <p className="min-w-0 truncate text-small max-md:order-last max-md:col-span-2">
        {envelope ? (
          <Link href={`/envelopes/${publicId("envelope", envelope.id)}` as Route} prefetch={false}>
            {envelope.title || t("untitled")}
          </Link>
        ) : null}
      </p>
      <div className="justify-self-end md:justify-self-start">
        <StatusPill {...LOOKS[status]}>{t(`statuses.${status}`)}</StatusPill>
      </div>
      <p className="text-small text-ink-600 max-md:col-span-2 md:text-end">
        {t("until")} <Instant at={notAfter.toISOString()} />
        {check ? (
          <span className="block">
            {t("checkedAt")} <Instant at={check.at.toISOString()} />: {verdicts(check.verdict)}
          </span>
        ) : null}
      </p>
    </li>
  );
}

/** `CN=Ana Ruiz,…` → `Ana Ruiz`; the whole subject when there is none (RFC 4514). */
function commonName(subject: string): string {
  const found = /(?:^|,)CN=((?:\\.|[^,\\])+)/.exec(subject)?.[1];
  return found ? found.replace(/\\(.)/g, "$1") : subject;
}
