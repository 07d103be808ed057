"use client";

import { ArrowDown, ArrowUp, Plus, X } from "lucide-react";
import type { Route } from "next";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useEffect, useRef, useState, useTransition } from "react";
import { refusalText } from "#components/envelopes/refusal-text.ts";
import { Button } from "#components/ui/button.tsx";
import { IconButton } from "#components/ui/icon-button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { findForms, savePackage } from "../actions.ts";

interface Choice {
  readonly id: string;
  readonly label: string;
}

interface PackageFormProps {
  readonly id: string | null;
  readonly name: string;
  readonly forms: readonly Choice[];
  readonly values: Readonly<Record<string, string>>;
  /** What can be entered beforehand, each with how often it is asked for. */
  readonly labels: readonly { readonly label: string; readonly forms: number }[];
}

const PAUSE_MS = 300;

/** Puts forms together: which, in what order, and what their fields hold beforehand. */
export function PackageForm({ id, labels, ...before }: PackageFormProps) {
  const t = useTranslations("app.forms.package");
  const refusals = useTranslations("refusals");
  const router = useRouter();
  const [name, setName] = useState(before.name);
  const [forms, setForms] = useState(before.forms);
  const [values, setValues] = useState<Readonly<Record<string, string>>>(before.values);
  const [wrong, setWrong] = useState<string | null>(null);
  const [isSaved, setSaved] = useState(false);
  const [isBusy, start] = useTransition();

  const change = (next: readonly Choice[]) => {
    setSaved(false);
    setForms(next);
  };
  const move = (index: number, by: number) => {
    const next = [...forms];
    [next[index], next[index + by]] = [next[index + by]!, next[index]!];
    change(next);
  };

  function submit() {
    setWrong(null);
    start(async () => {
      const { refusal, result } = await savePackage({ id, name, forms: forms.map(({ id }) => id), values });
      if (refusal) return setWrong(refusalText(refusals, refusal));
      if (id === null && result) return router.push(`/forms/packages/${result}` as Route);
      setSaved(true);
    });
  }

  return (
    <form
      method="post"
      className="flex flex-col gap-5 p-4 sm:p-6"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <TextField
        label={t("name")}
        value={name}
        required
        maxLength={200}
        onChange={(event) => {
          setSaved(false);
          setName(event.target.value);
        }}
      />
      <div>
        <p className="mb-1 font-medium">{t("forms")}</p>
        {forms.length === 0 ? <p className="mb-2 text-small text-ink-600">{t("noForms")}</p> : null}
        <ol
          aria-label={t("forms")}
          className="mb-3 divide-y divide-line rounded-control border border-line empty:hidden"
        >
          {forms.map(({ id, label }, index) => (
            <li key={id} className="flex items-center gap-1 px-3 py-1">
              <span className="min-w-0 flex-1 [overflow-wrap:anywhere]">{label}</span>
              <IconButton label={t("up", { label })} disabled={index === 0} onClick={() => move(index, -1)}>
                <ArrowUp aria-hidden="true" className="size-5" />
              </IconButton>
              <IconButton
                label={t("down", { label })}
                disabled={index === forms.length - 1}
                onClick={() => move(index, 1)}
              >
                <ArrowDown aria-hidden="true" className="size-5" />
              </IconButton>
              <IconButton
                label={t("takeOut", { label })}
                onClick={() => change(forms.filter((one) => one.id !== id))}
              >
                <X aria-hidden="true" className="size-5" />
              </IconButton>
            </li>
          ))}
        </ol>
        <FormSearch
          taken={new Set(forms.map(({ id }) => id))}
          onChoose={(choice) => change([...forms, choice])}
        />
      </div>
      {labels.length > 0 ? (
        <fieldset className="flex flex-col gap-3">
          <legend className="mb-1 font-medium">{t("values")}</legend>
          <p className="text-small text-ink-600">{t("valuesHint")}</p>
          <div className="grid gap-3 sm:grid-cols-2">
            {labels.map(({ label, forms }) => (
              <TextField
                key={label}
                label={label}
                {...(forms > 1 ? { hint: t("inForms", { count: forms }) } : {})}
                value={values[label] ?? ""}
                maxLength={2_000}
                onChange={(event) => {
                  setSaved(false);
                  setValues({ ...values, [label]: event.target.value });
                }}
              />
            ))}
          </div>
        </fieldset>
      ) : null}
      {wrong ? <Notice tone="bad">{wrong}</Notice> : null}
      {isSaved ? <Notice tone="good">{t("saved")}</Notice> : null}
      <div>
        <Button type="submit" isBusy={isBusy}>
          {t("save")}
        </Button>
      </div>
    </form>
  );
}

function FormSearch({
  taken,
  onChoose,
}: {
  readonly taken: ReadonlySet<string>;
  readonly onChoose: (choice: Choice) => void;
}) {
  const t = useTranslations("app.forms.package");
  const [text, setText] = useState("");
  const [found, setFound] = useState<readonly Choice[] | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const asked = useRef("");
  useEffect(() => () => clearTimeout(timer.current), []);

  function type(next: string) {
    setText(next);
    asked.current = next;
    clearTimeout(timer.current);
    if (next.trim() === "") return setFound(null);
    timer.current = setTimeout(async () => {
      const answer = await findForms(next).catch(() => []);
      if (asked.current === next) setFound(answer);
    }, PAUSE_MS);
  }

  const open = found?.filter(({ id }) => !taken.has(id)) ?? [];
  return (
    <div>
      <TextField
        label={t("addForm")}
        type="search"
        value={text}
        maxLength={200}
        autoComplete="off"
        onChange={(event) => type(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter") event.preventDefault();
        }}
      />
      <p role="status" className="text-small text-ink-600">
        {found && open.length === 0 ? t("noneFound") : ""}
      </p>
      <ul aria-label={t("found")} className="mt-2 flex flex-col gap-1 empty:hidden">
        {open.map((choice) => (
          <li key={choice.id}>
            <Button
              kind="quiet"
              className="justify-start text-start"
              onClick={() => {
                onChoose(choice);
                type("");
              }}
            >
              <Plus aria-hidden="true" className="size-5 shrink-0" />
              <span className="sr-only">{t("add")} </span>
              {choice.label}
            </Button>
          </li>
        ))}
      </ul>
    </div>
  );
}
