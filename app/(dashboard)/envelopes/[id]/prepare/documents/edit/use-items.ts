"use client";

import { useReducer, useRef } from "react";
import { changed, type History, historyOf, redone, undone } from "../../history.ts";
import type { EditItem } from "./edit-items.ts";

type Items = readonly EditItem[];
type Step =
  | { readonly go: "undo" | "redo" }
  | { readonly change: (items: Items) => Items; readonly kind: string | null; readonly at: number };

function stepped(history: History<Items>, step: Step): History<Items> {
  if ("go" in step) return step.go === "undo" ? undone(history) : redone(history);
  return changed(history, step.change(history.present), step.kind, step.at);
}

/** What is on the pages so far, with a way back. */
export function useItems() {
  const [history, go] = useReducer(stepped, [], historyOf<Items>);
  const count = useRef(0);
  const change = (next: (items: Items) => Items, kind: string | null = null) =>
    go({ change: next, kind, at: performance.now() });
  return {
    items: history.present,
    canUndo: history.past.length > 0,
    canRedo: history.future.length > 0,
    undo: () => go({ go: "undo" }),
    redo: () => go({ go: "redo" }),
    newId: () => `item-${++count.current}`,
    add: (...some: EditItem[]) => change((items) => [...items, ...some]),
    remove: (id: string) => change((items) => items.filter((item) => item.id !== id)),
    /** @param kind changes of one kind in a row are one step back. */
    update: (id: string, next: (item: EditItem) => EditItem, kind: string | null = null) =>
      change((items) => items.map((item) => (item.id === id ? next(item) : item)), kind),
  };
}

export type ItemList = ReturnType<typeof useItems>;
