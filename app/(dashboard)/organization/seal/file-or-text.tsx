"use client";

import { useId } from "react";
import { TextArea } from "#components/ui/text-area.tsx";
import { inputClass } from "#components/ui/text-field.tsx";

interface FileOrTextProps {
  readonly label: string;
  readonly hint?: string;
  readonly accept: string;
  /** Label of the text; without one only a file is taken. */
  readonly textLabel?: string;
  readonly onChange?: () => void;
}

/** A file, or the same as text. */
export function FileOrText({ label, hint, accept, textLabel, onChange }: FileOrTextProps) {
  const id = useId();
  return (
    <>
      <div>
        <label htmlFor={id} className="mb-1 block font-medium">
          {label}
        </label>
        <input
          id={id}
          name="file"
          type="file"
          accept={accept}
          aria-describedby={hint ? `${id}-hint` : undefined}
          onChange={onChange}
          className={`${inputClass} py-2`}
        />
        {hint ? (
          <p id={`${id}-hint`} className="mt-1 text-small text-ink-600">
            {hint}
          </p>
        ) : null}
      </div>
      {textLabel ? (
        <TextArea
          name="text"
          label={textLabel}
          rows={3}
          spellCheck={false}
          autoComplete="off"
          onChange={onChange}
        />
      ) : null}
    </>
  );
}
