"use client";

import { Archive, ArchiveRestore, Download, Ellipsis, FolderInput, Tag, UserRoundPlus } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { type FormEvent, type ReactNode, useEffect, useRef, useState, useTransition } from "react";
import { toast } from "sonner";
import { refusalText } from "#components/envelopes/refusal-text.ts";
import { Button, buttonClass } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Menu, MenuItem } from "#components/ui/menu.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { TextArea } from "#components/ui/text-area.tsx";
import type { Colleague } from "#lib/envelopes/share-envelope.ts";
import { AccessChoice, ColleagueChoice, FolderChoice, TagChoice } from "../organize-fields.tsx";
import { actOnMany, newFolder } from "./actions.ts";

type Act = "remind" | "void" | "move" | "tag" | "share" | "handOver" | "fileAway" | "takeBack";

interface ListActsProps {
  readonly folders: readonly { readonly id: string; readonly name: string }[];
  readonly colleagues: readonly Colleague[];
  readonly may: { readonly manage: boolean; readonly download: boolean };
  /** The list holds what was filed away. */
  readonly isAway: boolean;
  /** How many of them can be chosen. */
  readonly choosable: number;
  readonly children: ReactNode;
}

/** Asked before they are done. */
const ASKS: ReadonlySet<Act> = new Set(["void", "move", "tag", "share", "handOver"]);
const DESCRIBED = { void: "voidConsequence", share: "shareMany", handOver: "handOverMany" } as const;

/** What can be done with several envelopes at once; the bar appears with the first that is chosen. */
export function ListActs({ folders, colleagues, may, isAway, choosable, children }: ListActsProps) {
  const t = useTranslations("app.list");
  const refusals = useTranslations("refusals");
  const router = useRouter();
  const form = useRef<HTMLFormElement>(null);
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [open, setOpen] = useState<Act | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, start] = useTransition();

  const boxes = () => [...(form.current?.querySelectorAll<HTMLInputElement>('input[name="chosen"]') ?? [])];
  const look = () =>
    setChosen(
      boxes()
        .filter(({ checked }) => checked)
        .map(({ value }) => value),
    );
  // biome-ignore lint/correctness/useExhaustiveDependencies: another page of the list has other boxes.
  useEffect(look, [children]);

  function chooseAll(isChosen: boolean) {
    for (const box of boxes()) box.checked = isChosen;
    look();
  }

  function run(act: Act, given: Readonly<Record<string, string>> = {}) {
    setProblem(null);
    start(async () => {
      const { refusal, result } = await actOnMany([...chosen], act, given);
      if (refusal) return show(refusalText(refusals, refusal));
      const { done, refused } = result!;
      const words =
        refused.length === 0
          ? t("actsDone", { count: done })
          : t("actsPartly", {
              done,
              left: refused.length,
              why: refusalText(refusals, { code: refused[0]! }),
            });
      // What was refused of all of them stays to be mended.
      if (done === 0 && ASKS.has(act)) return show(words);
      toast(words);
      setOpen(null);
      // A form's reset goes past React, which would then miss the next choice of the same box.
      chooseAll(false);
      router.refresh();
    });
    const show = (words: string) => (ASKS.has(act) ? setProblem(words) : void toast(words));
  }

  function ask(act: Act) {
    setProblem(null);
    setOpen(act);
  }

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const given = Object.fromEntries(
      [...new FormData(event.currentTarget)].map(([name, value]) => [name, String(value)]),
    );
    if (open !== "move" || given.folder !== "new") return run(open!, given);
    start(async () => {
      const { refusal, result } = await newFolder(given.name ?? "");
      if (refusal) return setProblem(refusalText(refusals, refusal));
      run("move", { folder: result! });
    });
  }

  const files = `/envelopes/files.zip?${new URLSearchParams(chosen.map((id) => ["id", id]))}`;
  const description = DESCRIBED[open as keyof typeof DESCRIBED];
  return (
    <>
      <form method="post" ref={form} onChange={look} onSubmit={(event) => event.preventDefault()}>
        {choosable > 1 ? (
          <label className="mb-1 inline-flex min-h-11 items-center gap-3 px-4 text-small text-ink-700 sm:min-h-8 sm:px-6">
            <input
              type="checkbox"
              checked={chosen.length === choosable}
              ref={(box) => {
                if (box) box.indeterminate = chosen.length > 0 && chosen.length < choosable;
              }}
              onChange={({ target }) => chooseAll(target.checked)}
              className="size-5 accent-action-700"
            />
            {t("chooseAll", { count: choosable })}
          </label>
        ) : null}
        {children}
      </form>
      {chosen.length > 0 ? (
        <section
          aria-label={t("chosenActs")}
          className="sticky bottom-3 z-20 mt-4 flex flex-wrap items-center gap-2 rounded-card border border-line-strong bg-paper px-4 py-3 shadow-float"
        >
          <p role="status" className="me-auto w-full font-medium sm:w-auto">
            {t("chosen", { count: chosen.length })}
          </p>
          {may.download ? (
            <a href={files} download className={buttonClass("secondary")}>
              <Download aria-hidden="true" className="size-5" />
              {t("downloadMany")}
            </a>
          ) : null}
          {may.manage ? (
            <>
              {isAway ? null : (
                <Button kind="secondary" isBusy={isBusy} onClick={() => run("remind")}>
                  {t("remindMany")}
                </Button>
              )}
              <Button kind="secondary" onClick={() => ask("move")}>
                <FolderInput aria-hidden="true" className="size-5" />
                {t("moveMany")}
              </Button>
              <Button kind="secondary" onClick={() => ask("tag")}>
                <Tag aria-hidden="true" className="size-5" />
                {t("tagMany")}
              </Button>
              <Menu
                trigger={
                  <Button kind="secondary" isBusy={isBusy}>
                    <Ellipsis aria-hidden="true" className="size-5" />
                    {t("moreActs")}
                  </Button>
                }
              >
                <MenuItem
                  icon={<UserRoundPlus aria-hidden="true" className="size-5" />}
                  onSelect={() => ask("share")}
                >
                  {t("shareActs")}
                </MenuItem>
                <MenuItem onSelect={() => ask("handOver")}>{t("handOverActs")}</MenuItem>
                {isAway ? (
                  <MenuItem
                    icon={<ArchiveRestore aria-hidden="true" className="size-5" />}
                    onSelect={() => run("takeBack")}
                  >
                    {t("takeBack")}
                  </MenuItem>
                ) : (
                  <MenuItem
                    icon={<Archive aria-hidden="true" className="size-5" />}
                    onSelect={() => run("fileAway")}
                  >
                    {t("fileAway")}
                  </MenuItem>
                )}
                {isAway ? null : (
                  <MenuItem isDanger onSelect={() => ask("void")}>
                    {t("voidMany")}
                  </MenuItem>
                )}
              </Menu>
            </>
          ) : null}
        </section>
      ) : null}
      <Dialog
        isOpen={open !== null}
        onOpenChange={(isOpen) => setOpen(isOpen ? open : null)}
        title={open === null ? "" : t(`manyTitles.${open as "void"}`, { count: chosen.length })}
        description={description ? t(description) : undefined}
        closeLabel={t("cancel")}
        footer={
          <>
            <Button kind="secondary" onClick={() => setOpen(null)}>
              {t("cancel")}
            </Button>
            <Button
              kind={open === "void" ? "danger" : "primary"}
              type="submit"
              form="many-form"
              isBusy={isBusy}
            >
              {open === null ? "" : t(`manyConfirm.${open as "void"}`)}
            </Button>
          </>
        }
      >
        <form method="post" id="many-form" onSubmit={submit} className="mt-4 flex flex-col gap-4">
          {problem ? <Notice tone="bad">{problem}</Notice> : null}
          {open === "void" ? (
            <TextArea name="reason" label={t("voidReason")} maxLength={500} required />
          ) : null}
          {open === "tag" ? <TagChoice /> : null}
          {open === "move" ? <FolderChoice folders={folders} /> : null}
          {open === "share" ? (
            <>
              <ColleagueChoice colleagues={colleagues} />
              <AccessChoice />
            </>
          ) : null}
          {open === "handOver" ? <ColleagueChoice colleagues={colleagues} sends /> : null}
        </form>
      </Dialog>
    </>
  );
}
