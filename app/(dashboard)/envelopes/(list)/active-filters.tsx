import { X } from "lucide-react";
import type { Route } from "next";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import type { ListWish } from "#lib/envelopes/core/list-views.ts";
import type { ListChoices } from "#lib/envelopes/organize.ts";
import { addressOf, nothingIn } from "./address-of.ts";

interface ActiveFiltersProps {
  readonly wish: ListWish;
  readonly folders: readonly { readonly id: string; readonly name: string }[];
  readonly choices: ListChoices;
}

/** What the list is narrowed to, each with a way to let go of it, and one to let go of all. */
export async function ActiveFilters({ wish, folders, choices }: ActiveFiltersProps) {
  const t = await getTranslations("app.list");
  const states = await getTranslations("app.states");
  const named = (all: readonly { readonly id: string; readonly name: string }[], id: string) =>
    all.find((one) => one.id === id)?.name || t("untitled");
  const { search, state, folder, tag, sender, team, template, from, until, signature, least, most } = wish;
  const chips: readonly (readonly [keyof ListWish, string, string | null])[] = [
    ["search", t("chips.words"), search || null],
    ["state", t("state"), state && states(state)],
    ["folder", t("folder"), folder && named(folders, folder)],
    ["sender", t("sender"), sender && named(choices.senders, sender)],
    ["team", t("team"), team && named(choices.teams, team)],
    ["template", t("template"), template && named(choices.templates, template)],
    ["class", t("class"), wish.class && named(choices.classes, wish.class)],
    ["signature", t("signature"), signature && t(`signatureNames.${signature}`)],
    ["tag", t("tag"), tag],
    ["from", t("changedFrom"), from],
    ["until", t("changedUntil"), until],
    ["least", t("least"), least],
    ["most", t("most"), most],
    ["held", t("chips.only"), wish.held ? t("held") : null],
  ];
  const active = chips.filter(([, , value]) => value !== null);
  if (active.length === 0) return null;
  const nothing = nothingIn(wish.view);
  return (
    <section aria-label={t("chips.title")} className="mb-4 flex flex-wrap items-center gap-2">
      <ul className="contents">
        {active.map(([key, label, value]) => (
          <li key={key} className="max-w-full">
            <Link
              href={addressOf({ ...wish, [key]: nothing[key] }) as Route}
              replace
              aria-label={t("chips.remove", { label, value: value! })}
              className="inline-flex min-h-11 max-w-full items-center gap-2 rounded-full border border-line-strong bg-paper ps-4 pe-3 text-small text-ink-900 no-underline hover:bg-canvas sm:min-h-8"
            >
              <span className="truncate">
                <span className="text-ink-600">{label}</span> {value}
              </span>
              <X aria-hidden="true" className="size-4 shrink-0" />
            </Link>
          </li>
        ))}
      </ul>
      <Link
        href={addressOf(nothing) as Route}
        replace
        className="inline-flex min-h-11 items-center px-2 text-small sm:min-h-8"
      >
        {t("clearAll")}
      </Link>
    </section>
  );
}
