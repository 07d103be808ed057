"use client";

import { Plus } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Button } from "#components/ui/button.tsx";

const MOST = 10;

/** @param one the fields of a condition, named with its number. @param another the words of the button for one more. */
export function useConditionList(one: (number: number) => ReactNode, another: string) {
  const [count, setCount] = useState(1);
  return {
    startOver: () => setCount(1),
    list: (
      <>
        {Array.from({ length: count }, (_, number) => one(number))}
        {count < MOST ? (
          <Button kind="quiet" onClick={() => setCount(count + 1)}>
            <Plus aria-hidden="true" className="size-5" />
            {another}
          </Button>
        ) : null}
      </>
    ),
  };
}

interface ConditionBoxProps {
  /** What it is called, with its number. */
  readonly legend: string;
  readonly children: ReactNode;
}

export function ConditionBox({ legend, children }: ConditionBoxProps) {
  return (
    <fieldset className="flex flex-col gap-3 rounded-control border border-line p-3">
      <legend className="px-1 text-small text-ink-600">{legend}</legend>
      {children}
    </fieldset>
  );
}

/** Whether an operator compares with something. */
export const takesValue = (operator: string): boolean => operator !== "filled" && operator !== "empty";
