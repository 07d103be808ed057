"use client";

import { useId, useState } from "react";
import { inputClass } from "#components/ui/text-field.tsx";

interface NumberBoxProps {
  readonly label: string;
  readonly value: number;
  readonly least?: number;
  readonly most: number;
  readonly onNumber: (value: number) => void;
}

/** A whole number to type or step; what is out of range comes back into it. */
export function NumberBox({ label, value, least = 0, most, onNumber }: NumberBoxProps) {
  const id = useId();
  const [text, setText] = useState<string | null>(null);
  const shown = Math.round(value);

  function type(next: string) {
    setText(next);
    const number = Number(next);
    if (next !== "" && Number.isFinite(number) && number >= Math.floor(least) && number <= Math.ceil(most))
      onNumber(Math.min(Math.max(number, least), most));
  }

  return (
    <div>
      <label htmlFor={id} className="block text-small text-ink-700">
        {label}
      </label>
      <input
        id={id}
        type="number"
        inputMode="numeric"
        step={1}
        min={Math.floor(least)}
        max={Math.ceil(most)}
        value={text ?? String(shown)}
        onChange={(event) => type(event.target.value)}
        onBlur={() => setText(null)}
        className={`${inputClass} px-2 tabular-nums`}
      />
    </div>
  );
}
