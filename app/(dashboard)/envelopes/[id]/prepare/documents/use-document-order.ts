"use client";

import { useEffect, useRef, useState } from "react";
import type { DraftDocument } from "#lib/envelopes/get-draft.ts";
import type { DraftStore } from "../draft-store.ts";
import { useArrange } from "./use-arrange.ts";

/** The documents' order: while one is dragged only shown, kept once it is let go. */
export function useDocumentOrder(documents: readonly DraftDocument[], store: DraftStore) {
  const arrange = useArrange(store);
  const [wanted, setWanted] = useState<readonly string[] | null>(null);
  const newest = useRef<readonly string[] | null>(null);
  const moved = useRef<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [told, setTold] = useState<{ name: string; place: number; all: number } | null>(null);
  const ids = documents.map(({ id }) => id as string);
  const isWhole = wanted?.length === ids.length && wanted.every((id) => ids.includes(id));
  const shown = isWhole ? wanted.map((id) => documents[ids.indexOf(id)]!) : documents;

  function show(id: string, place: number) {
    if (isBusy) return;
    const order = shown.map((one) => one.id as string).filter((one) => one !== id);
    newest.current = order.toSpliced(place, 0, id);
    moved.current = id;
    setWanted(newest.current);
  }

  async function settle() {
    const [order, id] = [newest.current, moved.current];
    newest.current = null;
    if (isBusy || !order || !id) return;
    if (order.every((one, index) => one === ids[index])) return setWanted(null);
    setBusy(true);
    const isDone = await arrange(order.map((one) => ({ keeps: documents[ids.indexOf(one)]!.id })));
    setBusy(false);
    setWanted(null);
    const name = documents[ids.indexOf(id)]!.name;
    if (isDone) setTold({ name, place: order.indexOf(id) + 1, all: order.length });
  }

  async function move(id: string, place: number) {
    show(id, place);
    await settle();
    focused.current = id;
  }

  /** A row that went elsewhere in the list lost the focus that was in it. */
  const focused = useRef<string | null>(null);
  useEffect(() => {
    if (!focused.current) return;
    const handle = document.getElementById(`handle-${focused.current}`);
    if (document.activeElement === document.body) handle?.focus();
    focused.current = null;
  });

  return { shown, isBusy, told, show, settle, move };
}
