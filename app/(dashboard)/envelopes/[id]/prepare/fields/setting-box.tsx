"use client";

import { useState } from "react";
import { TextField } from "#components/ui/text-field.tsx";

interface SettingBoxProps {
  readonly label: string;
  readonly hint?: string;
  readonly value: string;
  readonly type?: "text" | "date" | "url";
  readonly inputMode?: "decimal" | "numeric";
  readonly maxLength?: number;
  /** Said of what cannot be kept. */
  readonly error?: string;
  /** Whether it can be kept; what cannot stays in the box and goes nowhere. */
  fits?(text: string): boolean;
  onText(text: string): void;
}

/** A line that is kept as soon as it makes sense. */
export function SettingBox({ value, fits, error, onText, ...rest }: SettingBoxProps) {
  const [draft, setDraft] = useState<string | null>(null);
  const text = draft ?? value;
  const isWrong = text.trim() !== "" && fits !== undefined && !fits(text.trim());
  return (
    <TextField
      {...rest}
      value={text}
      autoComplete="off"
      error={isWrong ? error : null}
      onChange={({ target }) => {
        setDraft(target.value);
        if (target.value.trim() === "" || !fits || fits(target.value.trim())) onText(target.value);
      }}
      onBlur={() => !isWrong && setDraft(null)}
    />
  );
}
