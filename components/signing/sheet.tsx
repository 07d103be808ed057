"use client";

import { X } from "lucide-react";
import { type ReactNode, useEffect, useId, useRef } from "react";

export interface SheetProps {
  readonly isOpen: boolean;
  onClose(): void;
  readonly title: string;
  readonly closeLabel: string;
  /** Nothing in it takes the focus, so it takes it itself, to be scrolled with the keyboard. */
  readonly isText?: boolean;
  /** Stays in view below what scrolls. */
  readonly footer?: ReactNode;
  readonly children: ReactNode;
}

/** A dialog over the page: from the bottom edge on a phone, in the middle elsewhere. */
export function Sheet({ isOpen, onClose, title, closeLabel, isText, footer, children }: SheetProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const id = useId();

  useEffect(() => {
    const element = dialog.current!;
    if (isOpen && !element.open) {
      element.showModal();
      heading.current!.focus();
    }
    if (!isOpen && element.open) element.close();
  }, [isOpen]);

  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes a dialog by itself.
    <dialog
      ref={dialog}
      aria-labelledby={id}
      onClose={() => isOpen && onClose()}
      onClick={(event) => event.target === dialog.current && onClose()}
      className="m-auto max-h-[92dvh] w-[min(560px,100vw)] max-w-none overflow-hidden rounded-card border border-line bg-paper p-0 text-ink-900 shadow-float max-sm:mb-0 max-sm:rounded-b-none max-sm:border-x-0 max-sm:border-b-0"
    >
      {isOpen ? (
        <div className="flex max-h-[92dvh] flex-col">
          <div className="flex items-start gap-3 px-5 pt-4 pb-2">
            <h2 id={id} ref={heading} tabIndex={-1} className="flex-1 py-1.5 text-h3 outline-none">
              {title}
            </h2>
            <button
              type="button"
              onClick={onClose}
              aria-label={closeLabel}
              className="-me-2 grid size-11 place-items-center rounded-control text-ink-700 hover:bg-canvas"
            >
              <X aria-hidden="true" size={20} />
            </button>
          </div>
          <div
            tabIndex={isText ? 0 : undefined}
            className="min-h-0 flex-1 overflow-y-auto px-5 pb-4 outline-offset-[-2px]"
          >
            {children}
          </div>
          {footer ? <div className="border-t border-line bg-paper px-5 py-3">{footer}</div> : null}
        </div>
      ) : null}
    </dialog>
  );
}
