"use client";

import { useId } from "react";
import { CheckField } from "#components/ui/check-field.tsx";
import { inputClass } from "#components/ui/text-field.tsx";
import type { SelectableList } from "#lib/evidence/trust/select-lists.ts";

export interface TrustWords {
  readonly legend: string;
  readonly own: string;
  readonly ownHint: string;
  readonly anchor: string;
  readonly anchorHint: string;
  readonly anchorFile: string;
  readonly listHint: string;
}

/** `own`, `anchor`, or the id of a list. */
export type Choice = string;

interface TrustChoiceProps {
  readonly words: TrustWords;
  readonly lists: readonly SelectableList[];
  readonly choice: Choice;
  readonly onChoice: (choice: Choice) => void;
  readonly onAnchorFile: (file: File | null) => void;
}

/** What the person who checks a file believes in. */
export function TrustChoice({ words, lists, choice, onChoice, onAnchorFile }: TrustChoiceProps) {
  const id = useId();
  const option = (value: Choice, label: string, hint: string) => (
    <CheckField
      key={value}
      type="radio"
      name="trust"
      value={value}
      checked={choice === value}
      onChange={() => onChoice(value)}
      label={<span className="min-w-0 [overflow-wrap:anywhere]">{label}</span>}
      hint={hint}
    />
  );
  return (
    <fieldset className="rounded-card border border-line bg-paper px-4 pt-2 pb-4">
      <legend className="px-1 font-semibold">{words.legend}</legend>
      {option("own", words.own, words.ownHint)}
      {option("anchor", words.anchor, words.anchorHint)}
      {choice === "anchor" ? (
        <div className="mt-2 ms-8">
          <label htmlFor={id} className="mb-1 block font-medium">
            {words.anchorFile}
          </label>
          <input
            id={id}
            type="file"
            accept=".cer,.crt,.der,.pem"
            className={`${inputClass} py-2`}
            onChange={(event) => onAnchorFile(event.target.files?.[0] ?? null)}
          />
        </div>
      ) : null}
      {lists.map(({ id: listId, name, offeredBy }) =>
        option(listId, name, words.listHint.replace("{organization}", offeredBy)),
      )}
    </fieldset>
  );
}
