"use client";

import { Bookmark, BookmarkX } from "lucide-react";
import type { Route } from "next";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { type FormEvent, useState, useTransition } from "react";
import { toast } from "sonner";
import { refusalText } from "#components/envelopes/refusal-text.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Menu, MenuItem, MenuLabel, MenuLine } from "#components/ui/menu.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import type { ListWish } from "#lib/envelopes/core/list-views.ts";
import { forgetFilter, saveFilter } from "./actions.ts";
import { addressOf } from "./address-of.ts";

interface FilterMenuProps {
  readonly filters: readonly { readonly name: string; readonly wish: ListWish }[];
  readonly wish: ListWish;
}

/** Searches one comes back to. */
export function FilterMenu({ filters, wish }: FilterMenuProps) {
  const t = useTranslations("app.list");
  const refusals = useTranslations("refusals");
  const [isOpen, setOpen] = useState(false);
  const [isBusy, start] = useTransition();
  const here = addressOf(wish);
  const kept = filters.find((filter) => addressOf(filter.wish) === here);

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const name = String(new FormData(event.currentTarget).get("name"));
    start(async () => {
      const { refusal } = await saveFilter(name, wish);
      if (refusal) return void toast(refusalText(refusals, refusal));
      setOpen(false);
      toast(t("filterKept"));
    });
  }

  return (
    <>
      <Menu
        trigger={
          <Button kind="secondary">
            <Bookmark aria-hidden="true" className="size-5" />
            {t("filters")}
          </Button>
        }
      >
        {filters.length > 0 ? <MenuLabel>{t("keptFilters")}</MenuLabel> : null}
        {filters.map((filter) => (
          <MenuItem key={filter.name} asChild>
            <Link href={addressOf(filter.wish) as Route}>{filter.name}</Link>
          </MenuItem>
        ))}
        {filters.length > 0 ? <MenuLine /> : null}
        {kept ? (
          <MenuItem
            icon={<BookmarkX aria-hidden="true" className="size-5" />}
            onSelect={() => start(async () => void (await forgetFilter(kept.name)))}
          >
            {t("dropFilter", { name: kept.name })}
          </MenuItem>
        ) : (
          <MenuItem icon={<Bookmark aria-hidden="true" className="size-5" />} onSelect={() => setOpen(true)}>
            {t("keepFilter")}
          </MenuItem>
        )}
      </Menu>
      <Dialog
        isOpen={isOpen}
        onOpenChange={setOpen}
        title={t("keepFilter")}
        closeLabel={t("cancel")}
        footer={
          <>
            <Button kind="secondary" onClick={() => setOpen(false)}>
              {t("cancel")}
            </Button>
            <Button type="submit" form="filter-form" isBusy={isBusy}>
              {t("keep")}
            </Button>
          </>
        }
      >
        <form id="filter-form" onSubmit={submit} className="mt-4">
          <TextField name="name" label={t("filterName")} maxLength={60} required />
        </form>
      </Dialog>
    </>
  );
}
