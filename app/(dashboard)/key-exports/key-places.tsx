import { CircleCheck, CircleHelp, CircleX } from "lucide-react";
import { getTranslations } from "next-intl/server";
import { Instant } from "#components/ui/instant.tsx";
import { Sheet } from "#components/ui/page.tsx";
import { StatusPill } from "#components/ui/status-pill.tsx";
import type { KeyProviderView } from "#lib/pki/key-providers/list-key-providers.ts";

const LOOKS = {
  reachable: { tone: "good", icon: CircleCheck },
  away: { tone: "bad", icon: CircleX },
  unknown: { tone: "warn", icon: CircleHelp },
} as const;

type Words = Awaited<ReturnType<typeof getTranslations<"app.keyExports">>>;

/** A provider as people call it. */
export const providerName = (t: Words, name: string): string =>
  t.has(`providers.${name}` as never) ? t(`providers.${name}` as never) : name;

/** Where the installation's keys are, and whether they can be used. */
export async function KeyPlaces({ places }: { readonly places: readonly KeyProviderView[] }) {
  const t = await getTranslations("app.keyExports");
  return (
    <Sheet title={t("places")}>
      <p className="px-4 pt-4 text-small text-ink-600 sm:px-6">
        {t(places.length === 0 ? "noPlaces" : "placesLead")}
      </p>
      <ul className="divide-y divide-line">
        {places.map((place) => (
          <Place key={place.name} place={place} />
        ))}
      </ul>
    </Sheet>
  );
}

async function Place({ place }: { readonly place: KeyProviderView }) {
  const t = await getTranslations("app.keyExports");
  const refusals = await getTranslations("refusals");
  const { name, isReachable, since, checkedAt, refusal, makesSeals } = place;
  const state = isReachable === null ? "unknown" : isReachable ? "reachable" : "away";
  const label = providerName(t, name);
  return (
    <li className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2 px-4 py-4 sm:px-6">
      <div className="min-w-0 flex-1 basis-64">
        <p className="font-medium">{label.charAt(0).toUpperCase() + label.slice(1)}</p>
        {refusal ? (
          <p className="text-ink-700">{refusals(refusal as never, { reference: "none" } as never)}</p>
        ) : null}
        <p className="text-small text-ink-600">
          {t(`${state}Since`)} <Instant at={(isReachable ? checkedAt : since).toISOString()} withSeconds />
        </p>
        {makesSeals ? <p className="text-small text-ink-600">{t("makesSeals")}</p> : null}
      </div>
      <StatusPill {...LOOKS[state]}>{t(state)}</StatusPill>
    </li>
  );
}
