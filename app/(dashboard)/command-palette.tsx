"use client";

import { Search } from "lucide-react";
import type { Route } from "next";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState, useTransition } from "react";
import { CheckField } from "#components/ui/check-field.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { inputClass } from "#components/ui/text-field.tsx";
import { findEnvelopes, startEnvelope } from "./actions.ts";
import { useOfferedCommands } from "./page-commands.ts";
import { hasSingleKeys, setSingleKeys } from "./single-keys.ts";

interface CommandPaletteProps {
  readonly places: readonly { readonly href: string; readonly label: string }[];
  readonly mayCreate: boolean;
}

interface Command {
  readonly id: string;
  readonly label: string;
  readonly hint?: string;
  run(): void;
}

const OPEN = "open-palette";
const PAUSE_MS = 200;
/** Pressed one after the other, as many programs have it. */
const GO_TO: Readonly<Record<string, string>> = {
  h: "/home",
  e: "/envelopes",
  b: "/bulk",
  c: "/contacts",
  a: "/audit",
  k: "/keys",
};

/** What opens the palette where there is no keyboard. */
export function SearchButton() {
  const t = useTranslations("app.palette");
  return (
    <button
      type="button"
      aria-label={t("open")}
      onClick={() => window.dispatchEvent(new Event(OPEN))}
      className="inline-flex size-11 items-center justify-center rounded-control text-ink-700 hover:bg-canvas hover:text-ink-900"
    >
      <Search aria-hidden="true" className="size-5" />
    </button>
  );
}

/** Everything by keyboard: pages, envelopes by their words, and what can be begun. `?` lists the keys. */
export function CommandPalette({ places, mayCreate }: CommandPaletteProps) {
  const t = useTranslations("app.palette");
  const router = useRouter();
  const [open, setOpen] = useState<"palette" | "keys" | null>(null);
  const offered = useOfferedCommands();
  const acts = offered.filter(({ letter }) => letter !== undefined);
  const latest = useRef(acts);
  latest.current = acts;
  const pressed = useRef<{ readonly key: string; readonly at: number } | null>(null);

  useEffect(() => {
    const show = () => setOpen("palette");
    const press = (event: globalThis.KeyboardEvent) => {
      if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === "k") {
        event.preventDefault();
        return setOpen((now) => (now === "palette" ? null : "palette"));
      }
      const target = event.target as HTMLElement;
      const isTyping = target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
      // The editor of fields has keys of its own.
      const isTaken =
        event.defaultPrevented || document.querySelector("[data-own-keys], [role=dialog]") !== null;
      if (isTyping || isTaken || event.metaKey || event.ctrlKey || event.altKey || !hasSingleKeys()) return;
      const before = pressed.current;
      pressed.current = { key: event.key, at: event.timeStamp };
      if (event.key === "?") return setOpen("keys");
      if (event.key === "/") {
        event.preventDefault();
        return document.getElementById("list-search")?.focus() ?? setOpen("palette");
      }
      const isAfter = (key: string) => before?.key === key && event.timeStamp - before.at < 1_500;
      const act = isAfter("a") ? latest.current.find(({ letter }) => letter === event.key) : undefined;
      if (act) {
        event.preventDefault();
        pressed.current = null;
        return act.run();
      }
      const isAfterG = isAfter("g");
      const place = isAfterG ? GO_TO[event.key] : undefined;
      if (place && places.some(({ href }) => href === place)) router.push(place as Route);
    };
    window.addEventListener(OPEN, show);
    window.addEventListener("keydown", press);
    return () => {
      window.removeEventListener(OPEN, show);
      window.removeEventListener("keydown", press);
    };
  }, [places, router]);

  return (
    <>
      <Dialog
        isOpen={open === "palette"}
        onOpenChange={(isOpen) => setOpen(isOpen ? "palette" : null)}
        title={t("title")}
        closeLabel={t("close")}
      >
        <Commands {...{ places, mayCreate }} onDone={() => setOpen(null)} onKeys={() => setOpen("keys")} />
      </Dialog>
      <Dialog
        isOpen={open === "keys"}
        onOpenChange={(isOpen) => setOpen(isOpen ? "keys" : null)}
        title={t("keys")}
        closeLabel={t("close")}
      >
        <dl className="mt-2 divide-y divide-line">
          {(
            ["palette", "search", "envelopes", "bulk", "contacts", "audit", "keysPage", "keysList"] as const
          ).map((name) => (
            <div key={name} className="flex items-center justify-between gap-4 py-2.5">
              <dt>{t(`keyNames.${name}`)}</dt>
              <dd>
                <kbd className="rounded border border-line-strong px-2 py-0.5 font-sans text-small">
                  {t(`keyCaps.${name}`)}
                </kbd>
              </dd>
            </div>
          ))}
          {acts.map(({ id, label, letter }) => (
            <div key={id} className="flex items-center justify-between gap-4 py-2.5">
              <dt className="[overflow-wrap:anywhere]">{label}</dt>
              <dd className="shrink-0">
                <kbd className="rounded border border-line-strong px-2 py-0.5 font-sans text-small">
                  {t("act", { letter: letter! })}
                </kbd>
              </dd>
            </div>
          ))}
        </dl>
        <div className="mt-4">
          <CheckField
            label={t("singleKeys")}
            hint={t("singleKeysHint")}
            defaultChecked={hasSingleKeys()}
            onChange={(event) => setSingleKeys(event.target.checked)}
          />
        </div>
      </Dialog>
    </>
  );
}

interface CommandsProps extends CommandPaletteProps {
  readonly onDone: () => void;
  readonly onKeys: () => void;
}

function Commands({ places, mayCreate, onDone, onKeys }: CommandsProps) {
  const t = useTranslations("app.palette");
  const router = useRouter();
  const listId = useId();
  const [typed, setTyped] = useState("");
  const [found, setFound] = useState<readonly { address: string; title: string; shortId: string }[]>([]);
  const [at, setAt] = useState(0);
  const [isLooking, look] = useTransition();
  const offered = useOfferedCommands();

  useEffect(() => {
    if (typed.trim().length < 2) return setFound([]);
    const timer = setTimeout(
      () =>
        look(async () => {
          const { result } = await findEnvelopes(typed);
          setFound(result ?? []);
        }),
      PAUSE_MS,
    );
    return () => clearTimeout(timer);
  }, [typed]);

  const commands = useMemo((): Command[] => {
    const go = (href: string) => () => {
      onDone();
      router.push(href as Route);
    };
    const wanted = typed.trim().toLowerCase();
    const ofPage = offered.map(
      ({ id, label, keys, letter, run }): Command => ({
        id: `page-${id}`,
        label,
        ...(keys ? { hint: keys } : letter ? { hint: t("act", { letter }) } : {}),
        run() {
          onDone();
          // The dialog gives the focus back first.
          setTimeout(run);
        },
      }),
    );
    const fixed: Command[] = [
      ...ofPage,
      ...(mayCreate ? [{ id: "new", label: t("new"), run: () => void startEnvelope() }] : []),
      ...places.map(({ href, label }) => ({ id: href, label, hint: t("page"), run: go(href) })),
      { id: "account", label: t("account"), hint: t("page"), run: go("/account") },
      { id: "help", label: t("help"), hint: t("page"), run: go("/help") },
      { id: "keys", label: t("keys"), run: onKeys },
    ];
    return [
      ...fixed.filter(({ label }) => label.toLowerCase().includes(wanted)),
      ...found.map(({ address, title, shortId }) => ({
        id: address,
        label: title || shortId,
        hint: shortId,
        run: go(address),
      })),
    ];
  }, [typed, found, offered, places, mayCreate, onDone, onKeys, router, t]);
  const chosen = Math.min(at, commands.length - 1);

  function press(event: KeyboardEvent) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      setAt((chosen + step + commands.length) % Math.max(1, commands.length));
    } else if (event.key === "Enter") {
      event.preventDefault();
      commands[chosen]?.run();
    }
  }

  return (
    <div className="mt-2">
      <input
        // biome-ignore lint/a11y/noAutofocus: it was opened to type in.
        autoFocus
        role="combobox"
        aria-expanded="true"
        aria-controls={listId}
        aria-activedescendant={commands[chosen] ? `${listId}-${chosen}` : undefined}
        aria-label={t("typeHere")}
        placeholder={t("typeHere")}
        value={typed}
        maxLength={200}
        onChange={(event) => {
          setTyped(event.target.value);
          setAt(0);
        }}
        onKeyDown={press}
        className={inputClass}
      />
      <div id={listId} role="listbox" aria-label={t("title")} className="mt-3 h-72 overflow-y-auto">
        {commands.map(({ id, label, hint, run }, index) => (
          <div
            key={id}
            id={`${listId}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === chosen}
            onClick={run}
            onKeyDown={() => undefined}
            onPointerMove={() => setAt(index)}
            className="flex min-h-11 cursor-pointer items-center justify-between gap-4 rounded-control px-3 aria-selected:bg-action-50 aria-selected:text-action-700"
          >
            <span className="truncate">{label}</span>
            {hint ? <span className="shrink-0 text-small text-ink-600">{hint}</span> : null}
          </div>
        ))}
        {commands.length === 0 ? (
          <p className="px-3 py-2 text-ink-700">{isLooking ? t("looking") : t("nothing")}</p>
        ) : null}
      </div>
    </div>
  );
}
