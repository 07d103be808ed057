"use client";

import { Paperclip, Smartphone, Stamp, Trash2 } from "lucide-react";
import { useRef, useState } from "react";
import { ACCEPTED_FILES, MEGABYTE, mostBytes } from "#lib/envelopes/core/fields/file-kinds.ts";
import { PLAIN_STAMP } from "#lib/envelopes/core/fields/form-field.ts";
import {
  type ControlProps,
  controlId,
  labelOf,
  nameOf,
  problemId,
  REACH,
  surfaceClass,
} from "./field-box.tsx";
import { svgSource } from "./svg-source.ts";
import { fillIn } from "./words.ts";

/** A file of the person's own: attached, or a picture that stands in the field. */
export default function FileControl(props: ControlProps) {
  const { field, state, problem, written, isEditing, words, actions } = props;
  const input = useRef<HTMLInputElement>(null);
  const [isBusy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<string | null>(null);
  const isFilled = state.value !== "";
  const told = trouble ?? problem;
  const Icon = field.type === "stamp" ? Stamp : Paperclip;
  const isName = isFilled && !isBusy && (field.type === "attachment" || (!state.svg && written !== ""));

  async function take(file: File | undefined) {
    if (!file) return;
    const most = mostBytes(field);
    if (file.size > most) {
      const megabytes = Math.ceil((file.size / MEGABYTE) * 10) / 10;
      return setTrouble(fillIn(words.fileTooLarge, { megabytes, most: most / MEGABYTE }));
    }
    setTrouble(null);
    setBusy(true);
    setTrouble(await actions.give(field.id, file));
    setBusy(false);
  }

  return (
    <>
      <button
        type="button"
        id={controlId(field.id)}
        aria-label={
          isFilled && !isBusy && written !== "" ? `${nameOf(field, words)}: ${written}` : nameOf(field, words)
        }
        aria-describedby={told ? problemId(field.id) : undefined}
        aria-busy={isBusy}
        onClick={() => input.current!.click()}
        onFocus={() => actions.edit(field.id)}
        onBlur={() => actions.leave(field.id)}
        className={`${surfaceClass(isFilled || !field.isRequired, told)} ${REACH} grid place-items-center`}
      >
        {isFilled && !isBusy && state.svg ? (
          <img src={svgSource(state.svg)} alt="" className="absolute inset-0 size-full" />
        ) : (
          <span className="flex max-w-full items-center gap-[0.4em] overflow-hidden px-[0.3em] leading-none font-semibold">
            <Icon aria-hidden="true" className="size-[1em] shrink-0" />
            <span className="truncate py-[0.1em]">
              {isBusy ? words.saving : isName ? written : labelOf(field, words)}
            </span>
          </span>
        )}
      </button>
      <input
        ref={input}
        type="file"
        tabIndex={-1}
        aria-hidden="true"
        accept={ACCEPTED_FILES(field)}
        data-file={field.id}
        onChange={(event) => {
          void take(event.target.files?.[0]);
          event.target.value = "";
        }}
        className="hidden"
      />
      {trouble ? (
        <p
          id={problemId(field.id)}
          role="alert"
          className="pointer-events-none absolute top-full start-0 z-20 mt-1 w-max max-w-[min(20rem,80vw)] rounded-control bg-bad-50 px-2 py-1 text-base text-bad-700 ring-1 ring-bad-700"
        >
          {trouble}
        </p>
      ) : null}
      {isEditing ? (
        <span className="absolute bottom-full start-0 z-20 mb-1 flex w-max gap-2 text-base">
          {field.type === "stamp" && !isFilled ? (
            <Small onPress={() => actions.enter(field.id, PLAIN_STAMP, "now")} text={words.plainStamp} />
          ) : null}
          {!isFilled ? (
            <span className="pointer-coarse:hidden">
              <Small onPress={() => actions.telephone(field.id)} text={words.byTelephone}>
                <Smartphone aria-hidden="true" className="size-4" />
              </Small>
            </span>
          ) : null}
          {isFilled ? (
            <Small onPress={() => actions.enter(field.id, "", "now")} text={words.removeFile}>
              <Trash2 aria-hidden="true" className="size-4" />
            </Small>
          ) : null}
        </span>
      ) : null}
    </>
  );
}

interface SmallProps {
  readonly text: string;
  readonly children?: React.ReactNode;
  onPress(): void;
}

/** Stays while it is pressed: the field keeps the focus. */
const Small = ({ text, children, onPress }: SmallProps) => (
  <button
    type="button"
    onPointerDown={(event) => event.preventDefault()}
    onClick={onPress}
    className="flex min-h-11 items-center gap-2 rounded-control border border-line-strong bg-paper px-3 text-ink-900 shadow-float"
  >
    {children}
    {text}
  </button>
);
