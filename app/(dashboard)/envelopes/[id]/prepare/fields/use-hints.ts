"use client";

import { useCallback, useMemo, useState } from "react";
import { calledBy } from "#components/envelopes/people.ts";
import type { DraftField, DraftRecipient } from "#lib/envelopes/core/draft.ts";
import { type Box, keptOnPage, leastSize } from "#lib/envelopes/core/field-places.ts";
import type { FieldHint } from "#lib/envelopes/core/hints/hint.ts";
import type { DraftDocument } from "#lib/envelopes/get-draft.ts";
import { findHints } from "../draft-requests.ts";
import { newId } from "../people/draft-people.ts";
import { newField } from "./draft-fields.ts";
import { type FoundTag, reportsOf, signerOf, type TagReport } from "./tag-reports.ts";

/** A suggestion of one document, until it is taken or sent away. */
export interface Ghost extends FieldHint {
  readonly id: string;
  readonly documentId: string;
}

export interface Hints {
  readonly ghosts: readonly Ghost[];
  /** Tags that did not become what they say. */
  readonly reports: readonly TagReport[];
  readonly state: "none" | "looking" | "found";
  /** A refusal's code, or null. */
  readonly wrong: string | null;
  /** Tags go from the document as their fields are taken. */
  readonly takesOut: boolean;
  /** What became of tags that were to go. */
  readonly taken: "none" | "busy" | "gone" | "left";
  setTakesOut(takesOut: boolean): void;
  look(): void;
  accept(ghosts: readonly Ghost[]): void;
  dismiss(): void;
}

interface HintsInput {
  /** Of the envelope, as it stands in addresses. */
  readonly id: string;
  readonly documents: readonly DraftDocument[];
  readonly signers: readonly DraftRecipient[];
  readonly person: DraftRecipient | null;
  readonly room: number;
  readonly onAdd: (fields: readonly DraftField[]) => void;
  /** Takes what stands there out of a document. @returns the document it is then, or null where that is not certain. */
  readonly onTakeOut: (documentId: string, places: readonly TagPlace[]) => Promise<string | null>;
}

export type TagPlace = Box & { readonly page: number };

/** Asks every document where fields belong, and makes fields of what the sender takes. */
export function useHints({ id, documents, signers, person, room, onAdd, onTakeOut }: HintsInput): Hints {
  const [ghosts, setGhosts] = useState<readonly Ghost[]>([]);
  const [tags, setTags] = useState<readonly FoundTag[]>([]);
  /** Who got fields whose tags name nobody, by the suggestion's id. */
  const [assumed, setAssumed] = useState<ReadonlyMap<string, string>>(new Map());
  const [state, setState] = useState<Hints["state"]>("none");
  const [wrong, setWrong] = useState<string | null>(null);

  const [takesOut, setTakesOut] = useState(true);
  const [taken, setTaken] = useState<Hints["taken"]>("none");

  const takeOut = useCallback(
    async (ghosts: readonly Ghost[]) => {
      const byDocument = Map.groupBy(
        ghosts.filter(({ tag }) => tag && tag.length > 0),
        ({ documentId }) => documentId,
      );
      if (byDocument.size === 0) return;
      setTaken("busy");
      let isLeft = false;
      for (const [documentId, own] of byDocument) {
        const places = own.flatMap(({ page, tag = [] }) => tag.map((box) => ({ page, ...box })));
        const made = await onTakeOut(documentId, places).catch(() => null);
        if (made === null) isLeft = true;
        else
          setGhosts((all) =>
            all.map((one) => (one.documentId === documentId ? { ...one, documentId: made } : one)),
          );
      }
      setTaken(isLeft ? "left" : "gone");
    },
    [onTakeOut],
  );

  const look = useCallback(async () => {
    setState("looking");
    setTaken("none");
    setWrong(null);
    const found: Ghost[] = [];
    const written: FoundTag[] = [];
    for (const document of documents) {
      const answer = await findHints(id, document.id).catch(
        () => ({ isDone: false, code: "files/unavailable" }) as const,
      );
      if (!answer.isDone) setWrong(answer.code);
      else {
        const { hints, unknown, absent = [] } = answer.result;
        const own = hints.map((hint) => ({ ...hint, id: newId(), documentId: document.id }));
        found.push(...own);
        const about = { document: document.name };
        written.push(
          ...unknown.map((one) => ({ ...one, ...about, id: newId(), hint: null })),
          ...absent.map((text) => ({ text, page: null, ...about, id: newId(), hint: null })),
          ...own.flatMap((hint) => (hint.text ? [{ ...hint, text: hint.text, ...about, hint }] : [])),
        );
      }
    }
    setGhosts(found);
    setTags(written);
    setAssumed(new Map());
    setState("found");
  }, [id, documents]);

  const accept = useCallback(
    (taken: readonly Ghost[]) => {
      if (!person) return;
      const some = taken.slice(0, Math.max(0, room));
      onAdd(some.map((ghost) => fieldOf(ghost, documents, (signerOf(ghost, signers) ?? person).id)));
      const nobodys = some.filter((ghost) => ghost.signer !== null && !signerOf(ghost, signers));
      setAssumed((all) => new Map([...all, ...nobodys.map(({ id }) => [id, calledBy(person)] as const)]));
      const gone = new Set(some.map(({ id }) => id));
      setGhosts((all) => all.filter(({ id }) => !gone.has(id)));
      // What a form holds becomes the field's: printed as well, it would stand there twice.
      void takeOut(some.filter(({ isHeld }) => takesOut || isHeld));
    },
    [person, room, onAdd, documents, signers, takesOut, takeOut],
  );
  const dismiss = useCallback(() => {
    setGhosts([]);
    setState("none");
  }, []);
  const reports = useMemo(
    () => tags.flatMap((tag) => reportsOf(tag, signers, assumed, person)),
    [tags, signers, assumed, person],
  );
  return useMemo(
    () => ({
      ...{ ghosts, reports, state, wrong, takesOut, taken, setTakesOut },
      ...{ look: () => void look(), accept, dismiss },
    }),
    [ghosts, reports, state, wrong, takesOut, taken, look, accept, dismiss],
  );
}

/** A suggestion as a field of somebody, no smaller than can be read. */
export function fieldOf(
  ghost: Omit<Ghost, "id">,
  documents: readonly DraftDocument[],
  recipientId: string,
): DraftField {
  const { documentId, page, type, x, y, width, height, settings, label, isRequired } = ghost;
  const size = documents.find(({ id }) => id === documentId)?.pages[page] ?? { widthPt: 595, heightPt: 842 };
  const least = leastSize(type, size);
  const box = keptOnPage({
    x,
    y,
    width: Math.max(width, least.width),
    height: Math.max(height, least.height),
  });
  return { ...newField(type, recipientId, { documentId, page }, box, settings), label, isRequired };
}
