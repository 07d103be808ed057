"use client";

import { FileSpreadsheet } from "lucide-react";
import type { Route } from "next";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { type DragEvent, type FormEvent, useRef, useState } from "react";
import { refusalText } from "#components/envelopes/refusal-text.ts";
import { Button } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { SelectField } from "#components/ui/select-field.tsx";
import { TextArea } from "#components/ui/text-area.tsx";
import type { ContactGroups } from "#lib/envelopes/contacts.ts";
import { fromContacts } from "../actions.ts";

interface TableFormProps {
  /** What a table may hold; megabytes of 1024² bytes. */
  readonly limits: { readonly rows: number; readonly megabytes: number };
  readonly drafts: readonly { readonly id: string; readonly label: string }[];
  readonly chosen: string;
  readonly contacts: ContactGroups;
}

const ALL = "all";
const groupKey = (name: string) => `group:${name}`;

/** What is sent, and to whom: a file, rows pasted from a spreadsheet, or a list of contacts. */
export function TableForm({ drafts, chosen, contacts, limits }: TableFormProps) {
  const t = useTranslations("app.bulk");
  const refusals = useTranslations("refusals");
  const router = useRouter();
  const [file, setFile] = useState<File | null>(null);
  const [wrong, setWrong] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [isOver, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const pasted = String(form.get("rows") ?? "");
    const list = String(form.get("contacts") ?? "");
    if (list !== "") return takeContacts(String(form.get("source")), list);
    if (!file && pasted.trim() === "") return setWrong(t("nothingGiven"));
    setWrong(null);
    setBusy(true);
    try {
      const response = await fetch("/bulk/upload", {
        method: "POST",
        headers: {
          "content-type": "application/octet-stream",
          "x-bulk-source": String(form.get("source")),
          "x-file-name": encodeURIComponent(file?.name ?? ""),
        },
        body: file ?? pasted,
      });
      const isJson = response.headers.get("content-type")?.includes("json");
      const answer = isJson
        ? ((await response.json()) as { id?: string; code?: string; reference?: string })
        : {};
      if (answer.id) return router.push(`/bulk/${answer.id}` as Route);
      const { code = "internal", reference } = answer;
      setWrong(refusalText(refusals, { code, ...(reference ? { reference } : {}) }));
    } catch {
      setWrong(refusalText(refusals, { code: "internal" }));
    }
    setBusy(false);
  }

  async function takeContacts(source: string, list: string) {
    setWrong(null);
    setBusy(true);
    const { refusal, result } = await fromContacts(
      source,
      list === ALL ? null : list.slice(groupKey("").length),
    );
    if (result) return router.push(`/bulk/${result}` as Route);
    setWrong(refusalText(refusals, refusal ?? { code: "internal" }));
    setBusy(false);
  }

  function drop(event: DragEvent) {
    event.preventDefault();
    setOver(false);
    const [dropped] = event.dataTransfer.files;
    if (dropped) setFile(dropped);
  }

  return (
    <form
      method="post"
      onSubmit={submit}
      className="flex flex-col gap-6 rounded-card border border-line bg-paper p-4 sm:p-6"
    >
      {wrong ? <Notice tone="bad">{wrong}</Notice> : null}
      <SelectField
        label={t("source")}
        hint={t("sourceHint")}
        name="source"
        defaultValue={chosen}
        required
        options={[
          ...(chosen === "" ? [{ value: "", label: t("chooseSource") }] : []),
          ...drafts.map(({ id, label }) => ({ value: id, label })),
        ]}
      />
      <fieldset>
        <legend className="mb-1 font-medium">{t("file")}</legend>
        {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is a second way; the button is the first. */}
        <div
          onDragOver={(event) => {
            event.preventDefault();
            setOver(true);
          }}
          onDragLeave={() => setOver(false)}
          onDrop={drop}
          className={`flex flex-col items-center gap-3 rounded-card border border-dashed px-4 py-8 text-center ${isOver ? "border-action-700 bg-action-50" : "border-line-strong bg-canvas"}`}
        >
          <FileSpreadsheet aria-hidden="true" className="size-8 text-action-700" />
          {file ? <p className="font-medium [overflow-wrap:anywhere]">{file.name}</p> : null}
          <Button kind="secondary" onClick={() => input.current?.click()}>
            {t("chooseFile")}
          </Button>
          <input
            ref={input}
            type="file"
            aria-label={t("file")}
            accept=".csv,.tsv,.txt,.xlsx,text/csv"
            className="sr-only"
            tabIndex={-1}
            onChange={(event) => setFile(event.target.files?.[0] ?? null)}
          />
          <p className="max-w-[52ch] text-small text-ink-600">{t("fileHint", limits)}</p>
        </div>
      </fieldset>
      {file ? null : <TextArea name="rows" label={t("orPaste")} hint={t("pasteHint")} rows={5} />}
      {file || contacts.all === 0 ? null : (
        <SelectField
          label={t("orContacts")}
          hint={t("contactsHint")}
          name="contacts"
          options={[
            { value: "", label: t("noContacts") },
            { value: ALL, label: t("allContacts", { count: contacts.all }) },
            ...contacts.groups.map(({ name, count }) => ({
              value: groupKey(name),
              label: t("contactGroup", { name, count }),
            })),
          ]}
        />
      )}
      <div>
        <Button type="submit" isBusy={isBusy}>
          {isBusy ? t("reading") : t("read")}
        </Button>
      </div>
    </form>
  );
}
