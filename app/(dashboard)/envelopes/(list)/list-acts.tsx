"use client";

import { FolderInput, Tag } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { type FormEvent, type ReactNode, useRef, useState, useTransition } from "react";
import { toast } from "sonner";
import { refusalText } from "#components/envelopes/refusal-text.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { SelectField } from "#components/ui/select-field.tsx";
import { TextArea } from "#components/ui/text-area.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { actOnMany, newFolder } from "./actions.ts";

type Act = "remind" | "void" | "move" | "tag";

interface ListActsProps {
  readonly folders: readonly { readonly id: string; readonly name: string }[];
  readonly children: ReactNode;
}

/** What can be done with several envelopes at once; the bar appears with the first that is chosen. */
export function ListActs({ folders, children }: ListActsProps) {
  const t = useTranslations("app.list");
  const refusals = useTranslations("refusals");
  const router = useRouter();
  const form = useRef<HTMLFormElement>(null);
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [open, setOpen] = useState<Act | null>(null);
  const [isBusy, start] = useTransition();

  const look = () =>
    setChosen(form.current ? new FormData(form.current).getAll("chosen").map((value) => String(value)) : []);

  function run(act: Act, value: string) {
    start(async () => {
      const { refusal, result } = await actOnMany([...chosen], act, value);
      if (refusal) return void toast(refusalText(refusals, refusal));
      const { done, refused } = result!;
      toast(
        refused.length === 0
          ? t("actsDone", { count: done })
          : t("actsPartly", {
              done,
              left: refused.length,
              why: refusalText(refusals, { code: refused[0]! }),
            }),
      );
      setOpen(null);
      form.current?.reset();
      setChosen([]);
      router.refresh();
    });
  }

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const value = String(data.get("value") ?? "");
    if (open !== "move" || value !== "new") return run(open!, value);
    start(async () => {
      const { refusal, result } = await newFolder(String(data.get("name") ?? ""));
      if (refusal) return void toast(refusalText(refusals, refusal));
      run("move", result!);
    });
  }

  return (
    <>
      <form method="post" ref={form} onChange={look} onSubmit={(event) => event.preventDefault()}>
        {children}
      </form>
      {chosen.length > 0 ? (
        <section
          aria-label={t("chosenActs")}
          className="sticky bottom-3 z-20 mt-4 flex flex-wrap items-center gap-2 rounded-card border border-line-strong bg-paper px-4 py-3 shadow-float"
        >
          <p role="status" className="me-auto font-medium">
            {t("chosen", { count: chosen.length })}
          </p>
          <Button kind="secondary" isBusy={isBusy} onClick={() => run("remind", "")}>
            {t("remindMany")}
          </Button>
          <Button kind="secondary" onClick={() => setOpen("move")}>
            <FolderInput aria-hidden="true" className="size-5" />
            {t("moveMany")}
          </Button>
          <Button kind="secondary" onClick={() => setOpen("tag")}>
            <Tag aria-hidden="true" className="size-5" />
            {t("tagMany")}
          </Button>
          <Button kind="secondary" onClick={() => setOpen("void")}>
            {t("voidMany")}
          </Button>
        </section>
      ) : null}
      <Dialog
        isOpen={open !== null}
        onOpenChange={(isOpen) => setOpen(isOpen ? open : null)}
        title={open === null ? "" : t(`manyTitles.${open as "void"}`, { count: chosen.length })}
        description={open === "void" ? t("voidConsequence") : undefined}
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
          {open === "void" ? (
            <TextArea name="value" label={t("voidReason")} maxLength={500} required />
          ) : null}
          {open === "tag" ? (
            <TextField name="value" label={t("tags")} hint={t("tagsHint")} maxLength={300} />
          ) : null}
          {open === "move" ? <FolderChoice folders={folders} /> : null}
        </form>
      </Dialog>
    </>
  );
}

function FolderChoice({ folders }: Pick<ListActsProps, "folders">) {
  const t = useTranslations("app.list");
  const [value, setValue] = useState(folders[0]?.id ?? "new");
  return (
    <>
      <SelectField
        label={t("folder")}
        name="value"
        value={value}
        onChange={(event) => setValue(event.target.value)}
        options={[
          ...folders.map(({ id, name }) => ({ value: id, label: name })),
          { value: "", label: t("noFolder") },
          { value: "new", label: t("newFolder") },
        ]}
      />
      {value === "new" ? <TextField name="name" label={t("folderName")} maxLength={60} required /> : null}
    </>
  );
}
