"use client";

import { useEffect, useState } from "react";
import { TextField } from "#components/ui/text-field.tsx";
import { svgSource } from "./svg-source.ts";
import { fillIn, type SignWords, sentenceFor } from "./words.ts";

export interface MarkChoice {
  readonly style: string;
  readonly svg: string;
}

/** Asks the server how a name looks as a signature, in each style. */
export type MarkPreview = (
  text: string,
) => Promise<{ readonly choices: readonly MarkChoice[] } | { readonly refusal: { readonly code: string } }>;

const PAUSE_MS = 250;
const RETRY_MS = 2_000;
const STYLES = 5;

export interface TypeMarkProps {
  readonly name: string;
  readonly style: string;
  readonly words: SignWords["adopt"];
  readonly refusals: Readonly<Record<string, string>>;
  preview: MarkPreview;
  onName(name: string): void;
  onStyle(style: string): void;
}

export function TypeMark({ name, style, words, refusals, preview, onName, onStyle }: TypeMarkProps) {
  const { choices, refusal } = useChoices(name, preview);
  // Where this script is written alike by several hands, the first stands for all.
  const chosen = choices.some((choice) => choice.style === style) ? style : choices[0]?.style;
  return (
    <>
      <TextField
        label={words.name}
        value={name}
        maxLength={64}
        dir="auto"
        autoComplete="name"
        error={refusal ? sentenceFor(refusals, refusal) : null}
        onChange={(event) => onName(event.target.value)}
      />
      <fieldset>
        <legend className="mb-1 font-medium">{words.style}</legend>
        <div className="grid grid-cols-1 gap-2 sm:grid-cols-2">
          {choices.length === 0
            ? Array.from({ length: STYLES }, (_, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: five empty places are all alike.
                <div key={index} className="h-16 rounded-control border border-line bg-canvas" />
              ))
            : choices.map((choice, index) => (
                <label
                  key={choice.style}
                  className="relative grid h-16 place-items-center rounded-control border border-line-strong bg-white px-3 forced-color-adjust-none has-checked:border-action-700 has-checked:ring-2 has-checked:ring-action-700 has-checked:ring-inset has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-focus"
                >
                  <input
                    type="radio"
                    name="style"
                    value={choice.style}
                    checked={choice.style === chosen}
                    aria-label={fillIn(words.styleOf, { position: index + 1, total: choices.length })}
                    onChange={() => onStyle(choice.style)}
                    className="absolute inset-0 cursor-pointer opacity-0"
                  />
                  <img src={svgSource(choice.svg)} alt="" className="h-12 max-w-full" />
                </label>
              ))}
        </div>
      </fieldset>
    </>
  );
}

interface Choices {
  readonly choices: readonly MarkChoice[];
  readonly refusal: { readonly code: string } | null;
}

/** The newest name's drawings; an answer that comes late is for an older one and is dropped. */
function useChoices(name: string, preview: MarkPreview): Choices {
  const [shown, setShown] = useState<Choices>({ choices: [], refusal: null });
  const text = name.trim();
  useEffect(() => {
    if (text === "") return;
    let isCurrent = true;
    let timer: ReturnType<typeof setTimeout>;
    const ask = async () => {
      const answer = await preview(text).catch(() => null);
      if (!isCurrent) return;
      // A network that was away comes back, and what lies on this device may only just have been found.
      if (!answer || ("refusal" in answer && answer.refusal.code.startsWith("offline")))
        timer = setTimeout(ask, RETRY_MS);
      if (!answer) return;
      setShown((before) =>
        "choices" in answer
          ? { choices: answer.choices, refusal: null }
          : { ...before, refusal: answer.refusal },
      );
    };
    timer = setTimeout(ask, PAUSE_MS);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [text, preview]);
  return shown;
}
