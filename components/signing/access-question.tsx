"use client";

import { FileText } from "lucide-react";
import { useState } from "react";
import { Button, buttonClass } from "#components/ui/button.tsx";
import { CheckField } from "#components/ui/check-field.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import type { SignWords } from "./words.ts";

/** The word out of the notice's PDF, and how it was given. */
export interface NoticeAnswer {
  readonly word: string;
  readonly method: "typed" | "chosen";
}

export interface AccessQuestionProps {
  readonly noticeAddress: string;
  readonly words: SignWords["consent"]["access"];
  readonly answer: NoticeAnswer;
  onAnswer(answer: NoticeAnswer): void;
  /** The word among others; empty before the PDF was opened. */
  loadChoices(): Promise<readonly string[]>;
}

/** Asks a consumer for a word that stands in a PDF and nowhere else: typed, or chosen from four. */
export function AccessQuestion({ noticeAddress, words, answer, onAnswer, loadChoices }: AccessQuestionProps) {
  const [choices, setChoices] = useState<readonly string[]>([]);
  const isChoosing = answer.method === "chosen";

  async function change() {
    const method = isChoosing ? "typed" : "chosen";
    onAnswer({ word: "", method });
    if (method === "chosen") setChoices(await loadChoices());
  }

  return (
    <section
      aria-labelledby="access-heading"
      className="mt-4 rounded-control border border-line bg-canvas p-4"
    >
      <h3 id="access-heading" className="font-semibold">
        {words.heading}
      </h3>
      <p className="mt-1">{words.lead}</p>
      <p className="mt-3">
        <a
          href={noticeAddress}
          target="_blank"
          rel="noreferrer"
          onClick={() => {
            setChoices([]);
            onAnswer({ word: "", method: "typed" });
          }}
          className={`${buttonClass("secondary")} max-sm:w-full`}
        >
          <FileText aria-hidden="true" size={20} />
          {words.open}
        </a>
      </p>
      {isChoosing && choices.length === 0 ? <p className="mt-3">{words.missing}</p> : null}
      {isChoosing && choices.length > 0 ? (
        <fieldset className="mt-3">
          <legend className="font-medium">{words.choices}</legend>
          <div className="flex flex-wrap gap-x-6">
            {choices.map((choice) => (
              <CheckField
                key={choice}
                type="radio"
                name="notice-word"
                label={<span className="font-mono">{choice}</span>}
                checked={answer.word === choice}
                onChange={() => onAnswer({ word: choice, method: "chosen" })}
              />
            ))}
          </div>
        </fieldset>
      ) : null}
      {isChoosing ? null : (
        <TextField
          label={words.word}
          value={answer.word}
          maxLength={12}
          autoComplete="off"
          autoCapitalize="characters"
          spellCheck={false}
          onChange={(event) => onAnswer({ word: event.target.value, method: "typed" })}
          className="mt-3 max-w-60"
        />
      )}
      <Button kind="quiet" onClick={change} className="-ms-4 mt-1">
        {isChoosing ? words.type : words.choose}
      </Button>
    </section>
  );
}
