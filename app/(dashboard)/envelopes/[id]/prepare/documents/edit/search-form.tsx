"use client";

import { useTranslations } from "next-intl";
import { type FormEvent, useState, useTransition } from "react";
import { refusalText } from "#components/envelopes/refusal-text.ts";
import { Button } from "#components/ui/button.tsx";
import { CheckField } from "#components/ui/check-field.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import {
  EDIT_LIMITS,
  FOUND_PATTERNS,
  type FoundPattern,
  type FoundPlace,
} from "#lib/envelopes/core/documents/page-edits.ts";
import type { DocumentId } from "#lib/ids.ts";
import { searchDocument } from "../../draft-requests.ts";

interface SearchFormProps {
  readonly id: string;
  readonly documentId: DocumentId;
  readonly onFound: (places: readonly FoundPlace[]) => void;
}

/** Finds words, addresses and numbers on all pages and marks them for redaction. */
export function SearchForm({ id, documentId, onFound }: SearchFormProps) {
  const t = useTranslations("app.prepare.documents.editor.search");
  const refusals = useTranslations("refusals");
  const [words, setWords] = useState("");
  const [patterns, setPatterns] = useState<readonly FoundPattern[]>([]);
  const [found, setFound] = useState<number | null>(null);
  const [wrong, setWrong] = useState<string | null>(null);
  const [isBusy, start] = useTransition();
  const isEmpty = words.trim() === "" && patterns.length === 0;

  function submit(event: FormEvent) {
    event.preventDefault();
    setWrong(null);
    setFound(null);
    start(async () => {
      const answer = await searchDocument(id, documentId, { words, patterns: [...patterns] }).catch(
        () => null,
      );
      if (!answer?.isDone) {
        setWrong(refusalText(refusals, { code: answer?.code ?? "files/unavailable" }));
        return;
      }
      setFound(answer.result.length);
      onFound(answer.result);
    });
  }

  return (
    <form onSubmit={submit} className="flex flex-col gap-2 rounded-card border border-line p-3">
      <h3 className="font-medium">{t("title")}</h3>
      <TextField
        label={t("words")}
        value={words}
        maxLength={EDIT_LIMITS.searchLength}
        onChange={(event) => setWords(event.target.value)}
      />
      <fieldset>
        <legend className="sr-only">{t("patterns")}</legend>
        {FOUND_PATTERNS.map((pattern) => (
          <CheckField
            key={pattern}
            label={t(`pattern.${pattern}`)}
            checked={patterns.includes(pattern)}
            onChange={({ target }) =>
              setPatterns((now) =>
                target.checked ? [...now, pattern] : now.filter((one) => one !== pattern),
              )
            }
          />
        ))}
      </fieldset>
      <Button type="submit" kind="secondary" isBusy={isBusy} disabled={isEmpty}>
        {t("find")}
      </Button>
      <div role="status">
        {found === null ? null : <p className="text-small">{t("found", { count: found })}</p>}
        {wrong ? <Notice tone="bad">{wrong}</Notice> : null}
      </div>
    </form>
  );
}
