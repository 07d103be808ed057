"use client";

import { type FormEvent, type KeyboardEvent, useId, useRef, useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { CheckField } from "#components/ui/check-field.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import type { MarkMethod } from "#lib/identity/core/mark-methods.ts";
import type { MarkInput } from "#lib/signing/adopt-mark.ts";
import { initialsOf } from "#lib/signing/core/initials.ts";
import { DrawMark } from "./draw-mark.tsx";
import { PAD_ASPECT } from "./draw-pad.tsx";
import { Sheet } from "./sheet.tsx";
import type { Telephone } from "./telephone.ts";
import { TelephoneMark } from "./telephone-mark.tsx";
import { type MarkPreview, TypeMark } from "./type-mark.tsx";
import { type Picture, UploadMark } from "./upload-mark.tsx";
import { useStrokes } from "./use-strokes.ts";
import { type SignWords, sentenceFor } from "./words.ts";

export interface AdoptSheetProps {
  readonly isOpen: boolean;
  readonly isChange: boolean;
  /** How a signature may be made; typing always is. */
  readonly methods: readonly MarkMethod[];
  readonly name: string;
  readonly needsInitials: boolean;
  /** Where lines already drawn outlive the page. */
  readonly storageKey: string;
  readonly words: SignWords["adopt"];
  readonly refusals: Readonly<Record<string, string>>;
  /** What keeping the signature for next time is called. */
  readonly keepLabel: string;
  readonly telephone: Telephone;
  preview: MarkPreview;
  /** @param keeps for next time. @returns why it was refused, or null. */
  adopt(
    signature: MarkInput,
    initials: MarkInput | null,
    keeps: boolean,
  ): Promise<{ code: string; reference?: string } | null>;
  /** Takes the mark out of the field that was pressed; null when it holds none. */
  readonly onRemove: (() => void) | null;
  onClose(): void;
}

/** Where a person makes the signature they sign with: typed, drawn or from a picture. */
export function AdoptSheet(props: AdoptSheetProps) {
  const { isOpen, isChange, onClose, words } = props;
  return (
    <Sheet
      isOpen={isOpen}
      onClose={onClose}
      title={isChange ? words.headingChange : words.heading}
      closeLabel={words.close}
    >
      <AdoptForm {...props} />
    </Sheet>
  );
}

function AdoptForm({
  name: given,
  methods,
  needsInitials,
  storageKey,
  words,
  refusals,
  ...rest
}: AdoptSheetProps) {
  const [method, setMethod] = useState<MarkMethod>("type");
  const [name, setName] = useState(given);
  const [style, setStyle] = useState<string>("flowing");
  const [ownInitials, setInitials] = useState<string | null>(null);
  const [strokes, setStrokes] = useStrokes(storageKey);
  const [picture, setPicture] = useState<Picture | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [keeps, setKeeps] = useState(false);
  const [hasTelephone, setTelephone] = useState(false);
  const initials = ownInitials ?? initialsOf(name);
  const panelId = useId();

  function signature(): MarkInput | string {
    if (method === "draw")
      return strokes.length === 0
        ? words.padEmpty
        : { type: "drawn", strokes: strokes.map((stroke) => [...stroke]), aspect: PAD_ASPECT };
    if (method === "upload")
      return picture ? { type: "uploaded", picture: picture.base64 } : words.fileMissing;
    return name.trim() === "" ? words.nameMissing : typed(name, style);
  }

  async function submit(event: FormEvent) {
    event.preventDefault();
    const made = signature();
    if (typeof made === "string") return setProblem(made);
    if (needsInitials && initials.trim() === "") return setProblem(words.initialsMissing);
    setProblem(null);
    setBusy(true);
    const refusal = await rest.adopt(made, needsInitials ? typed(initials, style) : null, keeps);
    setBusy(false);
    if (refusal) setProblem(sentenceFor(refusals, refusal));
    else setStrokes([]);
  }

  const choose = (next: MarkMethod) => {
    setMethod(next);
    setProblem(null);
  };

  // What was said of a drawing stays until it is sent anew: without it the sheet would move under the pen.
  const choosePicture = (next: Picture | null) => {
    setPicture(next);
    setProblem(null);
  };

  return (
    <form method="post" onSubmit={submit} noValidate className="flex flex-col gap-4">
      {methods.length > 1 ? <Tabs {...{ method, methods, panelId, words }} onChoose={choose} /> : null}
      <div
        {...(methods.length > 1
          ? { role: "tabpanel", id: panelId, "aria-labelledby": `${panelId}-${method}` }
          : {})}
        className="flex flex-col gap-4"
      >
        {method === "type" ? (
          <TypeMark
            {...{ name, style, words, refusals }}
            preview={rest.preview}
            onName={(typed) => {
              setName(typed);
              setProblem(null);
            }}
            onStyle={setStyle}
          />
        ) : null}
        {method === "draw" && !(hasTelephone && strokes.length === 0) ? (
          <DrawMark {...{ strokes, words }} onChange={setStrokes} />
        ) : null}
        {method === "draw" && hasTelephone ? (
          <TelephoneMark
            telephone={rest.telephone}
            words={words.phone}
            onStrokes={setStrokes}
            onClose={() => setTelephone(false)}
          />
        ) : null}
        {method === "draw" && !hasTelephone ? (
          <Button
            kind="quiet"
            className="self-start pointer-coarse:hidden"
            onClick={() => setTelephone(true)}
          >
            {words.phone.open}
          </Button>
        ) : null}
        {method === "upload" ? <UploadMark {...{ picture, words }} onPicture={choosePicture} /> : null}
      </div>
      {needsInitials ? (
        <TextField
          label={words.initials}
          value={initials}
          maxLength={12}
          dir="auto"
          autoComplete="off"
          onChange={(event) => setInitials(event.target.value)}
          className="max-w-48"
        />
      ) : null}
      <div className="sticky -bottom-4 -mx-5 -mb-4 flex flex-col gap-3 border-t border-line bg-paper px-5 py-3">
        {problem ? <Notice tone="bad">{problem}</Notice> : null}
        <CheckField
          label={rest.keepLabel}
          checked={keeps}
          onChange={(event) => setKeeps(event.target.checked)}
        />
        <p className="text-ink-700">{words.legal}</p>
        <Button type="submit" size="large" isBusy={isBusy}>
          {words.submit}
        </Button>
        {rest.onRemove ? (
          <Button kind="quiet" onClick={rest.onRemove}>
            {words.remove}
          </Button>
        ) : null}
      </div>
    </form>
  );
}

const typed = (text: string, style: string): MarkInput => ({
  ...{ type: "typed", text: text.trim() },
  style: style as Extract<MarkInput, { type: "typed" }>["style"],
});

interface TabsProps {
  readonly method: MarkMethod;
  readonly methods: readonly MarkMethod[];
  onChoose(method: MarkMethod): void;
  readonly panelId: string;
  readonly words: SignWords["adopt"];
}

function Tabs({ method, methods, onChoose, panelId, words }: TabsProps) {
  const list = useRef<HTMLDivElement>(null);
  const onKeyDown = (event: KeyboardEvent) => {
    const isRtl = document.documentElement.dir === "rtl";
    const onward = isRtl ? "ArrowLeft" : "ArrowRight";
    const back = isRtl ? "ArrowRight" : "ArrowLeft";
    const step = { [onward]: 1, ArrowDown: 1, [back]: -1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const at = (methods.indexOf(method) + step + methods.length) % methods.length;
    onChoose(methods[at]!);
    list.current?.querySelectorAll("button")[at]?.focus();
  };
  return (
    <div
      role="tablist"
      ref={list}
      aria-label={words.methods}
      onKeyDown={onKeyDown}
      className="grid auto-cols-fr grid-flow-col gap-1 rounded-control bg-canvas p-1"
    >
      {methods.map((each) => (
        <button
          key={each}
          type="button"
          role="tab"
          id={`${panelId}-${each}`}
          aria-selected={each === method}
          aria-controls={panelId}
          tabIndex={each === method ? 0 : -1}
          onClick={() => onChoose(each)}
          className="min-h-11 rounded-control border border-transparent px-2 font-medium text-ink-700 aria-selected:border-action-700 aria-selected:bg-paper aria-selected:text-action-700 forced-colors:forced-color-adjust-none forced-colors:border-[ButtonBorder] forced-colors:bg-[ButtonFace] forced-colors:text-[ButtonText] forced-colors:aria-selected:border-[Highlight] forced-colors:aria-selected:bg-[Highlight] forced-colors:aria-selected:text-[HighlightText]"
        >
          {words[each]}
        </button>
      ))}
    </div>
  );
}
