"use client";

import { Lock } from "lucide-react";
import { useTranslations } from "next-intl";
import { type KeyboardEvent, memo, type RefObject } from "react";
import { calledBy, personLook } from "#components/envelopes/people.ts";
import type { DraftField, DraftRecipient } from "#lib/envelopes/core/draft.ts";
import { type Box, leastSize, movedBy, type PageSize, resizedBy } from "#lib/envelopes/core/field-places.ts";
import { isAsked } from "#lib/envelopes/core/fields/field-types.ts";
import { FIELD_ICONS, fieldName } from "./field-words.ts";
import type { FieldActions } from "./page-list.tsx";
import { useFieldDrag } from "./use-field-drag.ts";

interface FieldBoxProps {
  readonly field: DraftField;
  /** All on this page: what it snaps to. */
  readonly fields: readonly DraftField[];
  /** What the page itself draws, once it is known. */
  readonly lines: RefObject<readonly Box[]>;
  readonly size: PageSize;
  readonly recipients: readonly DraftRecipient[];
  readonly signers: readonly DraftRecipient[];
  readonly isSelected: boolean;
  /** Nothing else is chosen. */
  readonly isAlone: boolean;
  readonly actions: FieldActions;
}

export const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};
const CORNERS = [
  ["-1 -1", "-start-3.5 -top-3.5 cursor-nwse-resize"],
  ["1 -1", "-end-3.5 -top-3.5 cursor-nesw-resize"],
  ["-1 1", "-start-3.5 -bottom-3.5 cursor-nesw-resize"],
  ["1 1", "-end-3.5 -bottom-3.5 cursor-nwse-resize"],
] as const;
const SMALL_PT = 30;

/** A field on its page: a button that the pointer and the keys move, size, give away and take off. */
export const FieldBox = memo(function FieldBox(props: FieldBoxProps) {
  const t = useTranslations("app.prepare.fields");
  const { field, fields, lines, size, recipients, signers, isSelected, actions } = props;
  const { commands, onSelect, onRemove, onTell, onFocus } = actions;
  const { live, handlers } = useFieldDrag({ field, fields, lines, size, isSelected, actions });
  const index = recipients.findIndex(({ id }) => id === field.recipientId);
  const person = recipients[index];
  const look = personLook(index);
  const Icon = FIELD_ICONS[field.type];
  const box = live?.box ?? field;
  const isSmall = Math.min(field.width * size.widthPt, field.height * size.heightPt) < 20;
  const corners = field.width * size.widthPt < SMALL_PT ? CORNERS.slice(3) : CORNERS;

  const isFixed = field.isLocked === true && !actions.isTemplate;

  function press(event: KeyboardEvent<HTMLButtonElement>) {
    if (actions.onKey(event, field)) return event.preventDefault();
    if (isFixed && event.key !== "Escape") return;
    const arrow = ARROWS[event.key];
    const isCommand = event.ctrlKey || event.metaKey;
    if (arrow && !isCommand) {
      event.preventDefault();
      nudge(event, arrow);
    } else if (event.key === "Delete" || event.key === "Backspace") {
      event.preventDefault();
      onRemove(field);
    } else if (isCommand && event.key.toLowerCase() === "d") {
      event.preventDefault();
      const copy = commands.duplicate(field.id, 12 / size.widthPt, 12 / size.heightPt);
      if (copy) onFocus(copy);
    } else if (/^[1-9]$/.test(event.key) && !isCommand && !event.altKey) {
      const signer = signers[Number(event.key) - 1];
      if (!signer) return;
      commands.change(field.id, { recipientId: signer.id });
      onTell(t("assigned", { who: calledBy(signer) }));
    } else if (event.key === "Escape") onSelect(null);
  }

  function nudge(event: KeyboardEvent<HTMLButtonElement>, [right, down]: readonly [number, number]) {
    const page = event.currentTarget.parentElement!.getBoundingClientRect();
    const pixels = event.shiftKey ? 10 : 1;
    const [dx, dy] = [(right * pixels) / page.width, (down * pixels) / page.height];
    const next = event.altKey
      ? resizedBy(
          field,
          { x: right === 0 ? 0 : 1, y: down === 0 ? 0 : 1 },
          dx,
          dy,
          leastSize(field.type, size),
        )
      : movedBy(field, dx, dy);
    commands.place(field.id, next, `${event.altKey ? "size" : "move"} ${field.id}`);
    const points = (value: number, whole: number) => Math.round(value * whole);
    onTell(
      event.altKey
        ? t("sizedTo", {
            width: points(next.width, size.widthPt),
            height: points(next.height, size.heightPt),
          })
        : t("movedTo", { x: points(next.x, size.widthPt), y: points(next.y, size.heightPt) }),
    );
  }

  return (
    <>
      <button
        type="button"
        id={`field-${field.id}`}
        data-field={field.id}
        aria-label={fieldName(t, field, person)}
        aria-describedby="field-keys"
        aria-pressed={isSelected}
        {...handlers}
        onFocus={() => actions.onFocused(field.id)}
        onKeyDown={press}
        className={`absolute flex scroll-mt-40 scroll-mb-[52dvh] md:scroll-mb-24 items-center gap-1 border-2 ps-2 leading-none font-medium select-none ${look.ink} ${isSelected ? "z-10 cursor-move touch-none outline-2 outline-offset-2 outline-focus" : "cursor-pointer"}`}
        style={{
          insetInlineStart: `${box.x * 100}%`,
          top: `${box.y * 100}%`,
          width: `${box.width * 100}%`,
          height: `${box.height * 100}%`,
          // As large as the field is high, on a page that a small screen shows small.
          fontSize: `min(0.75rem, ${(((box.height * size.heightPt) / size.widthPt) * 65).toFixed(3)}cqw)`,
          backgroundColor: "color-mix(in srgb, color-mix(in srgb, currentColor 10%, white) 90%, transparent)",
        }}
      >
        <span
          aria-hidden="true"
          className="absolute inset-y-0 start-0 w-1.5"
          style={{ backgroundImage: look.pattern }}
        />
        {isSmall ? (
          <span className="absolute -inset-3" />
        ) : (
          <span className="flex min-w-0 items-center gap-1 overflow-hidden">
            {field.isLocked ? <Lock aria-hidden="true" className="size-[1.2em] shrink-0" /> : null}
            <Icon aria-hidden="true" className="size-[1.35em] shrink-0" />
            <span className="truncate">
              {field.label || field.settings.option || t(`types.${field.type}`)}
              {field.isRequired || !isAsked(field.type) ? "" : ` ${t("optionalMark")}`}
            </span>
          </span>
        )}
        {isSelected && props.isAlone && !isFixed
          ? corners.map(([pull, place]) => (
              <span
                key={pull}
                data-pull={pull}
                className={`absolute flex size-7 touch-none items-center justify-center ${place}`}
              >
                <span data-pull={pull} className="size-3 rounded-full border-2 border-current bg-white" />
              </span>
            ))
          : null}
      </button>
      {live?.linesX.map((x) => (
        <span
          key={`x${x}`}
          aria-hidden="true"
          className="pointer-events-none absolute inset-y-0 w-px bg-focus"
          style={{ insetInlineStart: `${x * 100}%` }}
        />
      ))}
      {live?.linesY.map((y) => (
        <span
          key={`y${y}`}
          aria-hidden="true"
          className="pointer-events-none absolute inset-x-0 h-px bg-focus"
          style={{ top: `${y * 100}%` }}
        />
      ))}
    </>
  );
});
