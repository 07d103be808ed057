"use client";

import { Copy, Trash2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { toast } from "sonner";
import { ExpiryField } from "#components/envelopes/expiry-field.tsx";
import { LinkDaysField, USUAL_LINK_DAYS } from "#components/envelopes/link-days-field.tsx";
import { ReminderField } from "#components/envelopes/reminder-field.tsx";
import { ScheduleFields } from "#components/envelopes/schedule-fields.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Menu, MenuChoices, MenuItem, MenuLabel, MenuLine } from "#components/ui/menu.tsx";
import { SearchBox } from "#components/ui/search-box.tsx";
import { TabList, TabPanel, Tabs } from "#components/ui/tabs.tsx";

/** What lies above the page: dialogs in both widths, a menu with all it can hold, a toast. */
export function LiveFloating() {
  const t = useTranslations("app.design");
  const [open, setOpen] = useState<"normal" | "wide" | null>(null);
  const [chosen, setChosen] = useState("a");
  return (
    <div className="flex flex-wrap gap-3">
      {(["normal", "wide"] as const).map((width) => (
        <Button key={width} kind="secondary" onClick={() => setOpen(width)}>
          {t(`dialogs.${width}`)}
        </Button>
      ))}
      <Menu trigger={<Button kind="secondary">{t("menu")}</Button>} align="start">
        <MenuLabel>{t("menuLabel")}</MenuLabel>
        <MenuItem icon={<Copy aria-hidden="true" className="size-5" />}>{t("copy")}</MenuItem>
        <MenuItem isDisabled>{t("disabled")}</MenuItem>
        <MenuLine />
        <MenuChoices
          value={chosen}
          choices={["a", "b"].map((value) => ({ value, label: value.toUpperCase() }))}
          onChoose={setChosen}
        />
        <MenuLine />
        <MenuItem isDanger icon={<Trash2 aria-hidden="true" className="size-5" />}>
          {t("kinds.danger")}
        </MenuItem>
      </Menu>
      <Button kind="secondary" onClick={() => toast(t("toastText"))}>
        {t("toast")}
      </Button>
      <Dialog
        isOpen={open !== null}
        onOpenChange={() => setOpen(null)}
        width={open ?? "normal"}
        title={t("dialogTitle")}
        description={t("dialogText")}
        closeLabel={t("close")}
        footer={
          <>
            <Button kind="secondary" onClick={() => setOpen(null)}>
              {t("close")}
            </Button>
            <Button kind="danger" onClick={() => setOpen(null)}>
              {t("dialogVerb")}
            </Button>
          </>
        }
      />
    </div>
  );
}

export function LiveTabs() {
  const t = useTranslations("app.design");
  const [value, setValue] = useState("one");
  const tabs = (["one", "two", "three"] as const).map((name) => ({
    ...{ value: name, label: t(`tabNames.${name}`) },
    mark: name === "two" ? <span className="text-small text-ink-600">2</span> : undefined,
  }));
  return (
    <Tabs value={value} onChange={setValue}>
      <TabList label={t("tabs")} tabs={tabs} />
      {tabs.map(({ value, label }) => (
        <TabPanel key={value} value={value}>
          <p className="py-4">{label}</p>
        </TabPanel>
      ))}
    </Tabs>
  );
}

/** The box at rest and, as soon as something is typed, looking. */
export function LiveSearch() {
  const t = useTranslations("app.design");
  const [text, setText] = useState("");
  return <SearchBox label={t("search")} text={text} isLooking={text !== ""} className="" onType={setText} />;
}

/** What several pages ask in the same words. */
export function LiveSettings() {
  const [days, setDays] = useState(90);
  const [hours, setHours] = useState<number | null>(48);
  const [linkDays, setLinkDays] = useState(USUAL_LINK_DAYS);
  return (
    <div className="grid gap-5 md:grid-cols-2">
      <ExpiryField days={days} onChoose={setDays} />
      <ReminderField hours={hours} onChoose={setHours} />
      <LinkDaysField days={linkDays} onChoose={setLinkDays} />
      <ScheduleFields at="2026-11-20T14:05" timeZone="Europe/Berlin" />
    </div>
  );
}
