"use client";

import { ChevronDown, LogOut, Menu as MenuIcon, UserRound } from "lucide-react";
import type { Route } from "next";
import Link from "next/link";
import { usePathname, useRouter } from "next/navigation";
import { signOut } from "next-auth/react";
import { useTranslations } from "next-intl";
import { useTransition } from "react";
import { Logo } from "#components/ui/logo.tsx";
import { Menu, MenuChoices, MenuItem, MenuLabel, MenuLine } from "#components/ui/menu.tsx";
import { chooseTheme, leave, switchOrganization } from "./actions.ts";
import { SearchButton } from "./command-palette.tsx";
import { NewEnvelopeButton } from "./new-envelope-button.tsx";
import { THEMES, type Theme } from "./theme.ts";

interface Place {
  readonly href: Route;
  readonly label: string;
  /** Places of one group share an entry, and show beside each other where one of them is open. */
  readonly group?: string;
  /** Where pages are that belong to it and lie elsewhere. */
  readonly also?: string;
}

interface Organization {
  readonly id: string;
  readonly name: string;
}

interface ShellProps {
  readonly places: readonly Place[];
  readonly mayCreate: boolean;
  readonly theme: Theme;
  readonly person: { readonly name: string; readonly email: string };
  readonly organization: Organization;
  readonly organizations: readonly Organization[];
}

export function Shell({ places, mayCreate, ...who }: ShellProps) {
  const t = useTranslations("app.shell");
  const path = usePathname();
  const isHere = ({ href, also }: Place) =>
    [href, also].some((start) => start && (path === start || path.startsWith(`${start}/`)));
  const open = places.find(isHere);
  const beside = open?.group ? places.filter(({ group }) => group === open.group) : [];
  const entries = places.filter(
    ({ group }, index) => !group || places.findIndex((other) => other.group === group) === index,
  );
  return (
    <header className="border-b border-line bg-paper">
      <div className="mx-auto flex h-16 max-w-[1200px] items-center gap-2 px-4 sm:px-6">
        <Link
          href={"/home" as Route}
          className="me-4 flex min-h-11 items-center gap-2 text-lead font-semibold no-underline"
        >
          <Logo /> Whereof
        </Link>
        <nav aria-label={t("navigation")} className="hidden flex-1 lg:block">
          <ul className="flex gap-1">
            {entries.map((place) => (
              <li key={place.href}>
                <Link
                  href={place.href}
                  aria-current={
                    place.group && place.group === open?.group ? "true" : isHere(place) ? "page" : undefined
                  }
                  className="flex min-h-10 items-center rounded-control px-2.5 font-medium whitespace-nowrap text-ink-700 no-underline hover:bg-canvas hover:text-ink-900 aria-[current]:bg-action-50 aria-[current]:text-action-700"
                >
                  {place.group ?? place.label}
                </Link>
              </li>
            ))}
          </ul>
        </nav>
        <div className="ms-auto flex items-center gap-2">
          {mayCreate ? (
            <NewEnvelopeButton
              label={t("new")}
              kind={path === "/envelopes" || path === "/home" ? "primary" : "secondary"}
            />
          ) : null}
          <SearchButton />
          <PersonMenu {...who} places={[]} hidesName={entries.length > MOST_BESIDE_NAME} />
          <PersonMenu {...who} places={places} isPhone />
        </div>
      </div>
      {beside.length > 1 ? (
        <nav aria-label={open!.group} className="border-t border-line">
          <ul className="mx-auto flex max-w-[1200px] gap-1 overflow-x-auto px-2 sm:px-4">
            {beside.map((place) => (
              <li key={place.href} className="shrink-0">
                <Link
                  ref={isHere(place) ? showInList : undefined}
                  href={place.href}
                  aria-current={isHere(place) ? "page" : undefined}
                  className="flex min-h-11 items-center border-b-2 border-transparent px-3 text-ink-700 no-underline hover:text-ink-900 aria-[current]:border-action-700 aria-[current]:font-medium aria-[current]:text-action-700"
                >
                  {place.label}
                </Link>
              </li>
            ))}
          </ul>
        </nav>
      ) : null}
    </header>
  );
}

/** With more places than this the person's name has no room beside them. */
const MOST_BESIDE_NAME = 7;

interface PersonMenuProps
  extends Pick<ShellProps, "theme" | "places" | "person" | "organization" | "organizations"> {
  readonly isPhone?: boolean;
  /** It is read out and stands in the menu. */
  readonly hidesName?: boolean;
}

/** The person and where they work; on phones it is the navigation too. */
function PersonMenu({
  places,
  theme,
  person,
  organization,
  organizations,
  isPhone = false,
  hidesName = false,
}: PersonMenuProps) {
  const t = useTranslations("app.shell");
  const router = useRouter();
  const [isLeaving, startLeaving] = useTransition();

  function goAway() {
    startLeaving(async () => {
      await leave();
      await signOut({ redirect: false });
      router.replace("/sign-in");
      router.refresh();
    });
  }

  function work(organizationId: string) {
    startLeaving(async () => {
      await switchOrganization(organizationId);
      router.push("/home" as Route);
    });
  }

  const trigger = isPhone ? (
    <button
      type="button"
      aria-label={t("menu")}
      className="inline-flex size-11 items-center justify-center rounded-control text-ink-900 hover:bg-canvas lg:hidden"
    >
      <MenuIcon aria-hidden="true" className="size-6" />
    </button>
  ) : (
    <button
      type="button"
      disabled={isLeaving}
      className="hidden min-h-10 max-w-60 items-center gap-2 rounded-control px-3 text-ink-900 hover:bg-canvas lg:inline-flex"
    >
      <UserRound aria-hidden="true" className="size-5 shrink-0 text-ink-700" />
      <span className={hidesName ? "sr-only" : "truncate"}>{person.name}</span>
      <ChevronDown aria-hidden="true" className="size-4 shrink-0 text-ink-700" />
    </button>
  );
  return (
    <Menu trigger={trigger}>
      <MenuLabel>
        <span className="block font-medium text-ink-900">{person.name}</span>
        <span className="block">{person.email}</span>
        {organizations.length === 1 ? <span className="block">{organization.name}</span> : null}
      </MenuLabel>
      <MenuLine />
      {places.map(({ href, label }) => (
        <MenuItem key={href} asChild>
          <Link href={href}>{label}</Link>
        </MenuItem>
      ))}
      <MenuItem asChild>
        <Link href={"/account" as Route}>{t("account")}</Link>
      </MenuItem>
      <MenuItem asChild>
        <Link href={"/help" as Route}>{t("help")}</Link>
      </MenuItem>
      <MenuLine />
      <MenuLabel>{t("theme")}</MenuLabel>
      <MenuChoices
        value={theme}
        choices={THEMES.map((value) => ({ value, label: t(`themes.${value}`) }))}
        onChoose={(value) => startLeaving(async () => void (await chooseTheme(value)))}
      />
      <MenuLine />
      {organizations.length > 1 ? (
        <>
          <MenuLabel>{t("worksFor")}</MenuLabel>
          <MenuChoices
            value={organization.id}
            choices={organizations.map(({ id, name }) => ({ value: id, label: name }))}
            onChoose={work}
          />
          <MenuLine />
        </>
      ) : null}
      <MenuItem icon={<LogOut aria-hidden="true" className="size-5" />} onSelect={goAway}>
        {t("signOut")}
      </MenuItem>
    </Menu>
  );
}

/** On a phone the list is wider than the screen: the place one is at is in view. */
function showInList(link: HTMLAnchorElement | null): void {
  const list = link?.closest("ul");
  if (link && list) list.scrollLeft = link.offsetLeft - (list.clientWidth - link.offsetWidth) / 2;
}
