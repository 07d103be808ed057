import { CalendarClock, CircleAlert, CircleX } from "lucide-react";
import type { Route } from "next";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { Instant } from "#components/ui/instant.tsx";
import { StatusPill } from "#components/ui/status-pill.tsx";
import type { EndingItem, EndsView } from "#lib/signing/keys/list-ends.ts";
import { OwnerField } from "./owner-field.tsx";

const LOOKS = {
  over: { tone: "bad", icon: CircleX },
  under30: { tone: "bad", icon: CircleAlert },
  under60: { tone: "warn", icon: CalendarClock },
  under90: { tone: "warn", icon: CalendarClock },
  later: { tone: "neutral", icon: CalendarClock },
} as const;
const KNOWN = ["software", "aws-kms", "pkcs11", "vault", "google-kms", "azure-key-vault", "csc"] as const;
/** Nobody has thousands of years in mind. */
const MOST_DAYS = 36_500;

/** One thing that ends: what it is, how long it has, where it is, who looks after it and what is to be done. */
export async function EndRow({
  item,
  people,
}: {
  readonly item: EndingItem;
  readonly people: EndsView["people"];
}) {
  const t = await getTranslations("app.keys.ends");
  const keys = await getTranslations("app.keys");
  const { ref, kind, name, until, bucket, provider, isExportable, signatures, lastUsedAt, reviewAt, act } =
    item;
  const place = KNOWN.find((known) => known === provider) ?? "other";
  return (
    <li className="grid gap-x-6 gap-y-3 px-4 py-4 sm:px-6 md:grid-cols-[minmax(0,1fr)_15rem_15rem]">
      <div className="min-w-0">
        <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <span className="font-medium">{t(`kinds.${kind}`)}</span>
          <StatusPill {...LOOKS[bucket]}>
            {bucket === "over" ? t("over") : t("left", { days: Math.min(item.daysLeft, MOST_DAYS) })}
          </StatusPill>
        </p>
        <p className="mt-1 text-small text-ink-700 [overflow-wrap:anywhere]">{commonName(name)}</p>
        {provider ? (
          <p className="text-small text-ink-600">
            {keys(`providers.${place}`)} · {t(isExportable ? "mayLeave" : "stays")}
            {signatures === null ? null : ` · ${keys("signatures", { count: signatures })}`}
          </p>
        ) : null}
      </div>
      <dl className="text-small">
        <dt className="sr-only">{t("until")}</dt>
        <dd>
          {t("until")} <Instant at={until.toISOString()} />
        </dd>
        {lastUsedAt ? (
          <dd className="text-ink-600">
            {keys("lastUsed")} <Instant at={lastUsedAt.toISOString()} />
          </dd>
        ) : null}
        {reviewAt ? (
          <dd className="text-ink-600">
            {t("review")} <Instant at={reviewAt.toISOString()} />
          </dd>
        ) : null}
      </dl>
      <div className="flex flex-col gap-2">
        <OwnerField itemRef={ref} name={commonName(name)} ownerId={item.ownerId} people={people} />
        {act === "none" ? (
          <p className="text-small text-ink-600">{t("acts.none")}</p>
        ) : act === "renew-site" ? (
          <p className="text-small text-ink-700">{t("acts.renew-site")}</p>
        ) : (
          <Link
            href={item.href as Route}
            prefetch={false}
            className="inline-flex min-h-11 items-center text-small sm:min-h-8"
          >
            {t(`acts.${act}`)} <span className="sr-only">{commonName(name)}</span>
          </Link>
        )}
      </div>
    </li>
  );
}

/** `CN=Harbour Street Studio,O=…` → `Harbour Street Studio` (RFC 4514). */
function commonName(subject: string): string {
  const found = /(?:^|,)CN=((?:\\.|[^,\\])+)/.exec(subject)?.[1];
  return found ? found.replace(/\\(.)/g, "$1") : subject;
}
