"use client";

import { Search } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { Spinner } from "./button.tsx";
import { inputClass } from "./text-field.tsx";

const ID = "list-search";
const PAUSE_MS = 300;

/**
 * What is typed into a list's search box, looked up when the typing pauses.
 *
 * @param shown what the list shows now. @param look looks something else up.
 */
export function useSearchText(shown: string, look: (text: string) => void) {
  const [text, setText] = useState(shown);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  // Somebody went back to another search: the box says what is shown, unless they are typing in it.
  useEffect(() => {
    if (document.activeElement?.id !== ID) setText(shown);
  }, [shown]);
  return {
    text,
    stop: () => clearTimeout(timer.current),
    type(next: string) {
      setText(next);
      clearTimeout(timer.current);
      timer.current = setTimeout(() => look(next), PAUSE_MS);
    },
  };
}

interface SearchBoxProps {
  readonly label: string;
  readonly text: string;
  readonly isLooking: boolean;
  readonly className: string;
  onType(text: string): void;
}

export function SearchBox({ label, text, isLooking, className, onType }: SearchBoxProps) {
  return (
    <div className={`relative ${className}`}>
      <label htmlFor={ID} className="sr-only">
        {label}
      </label>
      <span className="pointer-events-none absolute inset-y-0 start-3 flex items-center text-ink-600">
        {isLooking ? <Spinner /> : <Search aria-hidden="true" className="size-5" />}
      </span>
      <input
        id={ID}
        name="q"
        type="search"
        value={text}
        maxLength={200}
        placeholder={label}
        onChange={(event) => onType(event.target.value)}
        className={`${inputClass} ps-11`}
      />
    </div>
  );
}
