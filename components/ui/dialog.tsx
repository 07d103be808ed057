"use client";

import { X } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { IconButton } from "./icon-button.tsx";

export interface DialogProps {
  readonly isOpen: boolean;
  readonly onOpenChange: (isOpen: boolean) => void;
  /** Names the thing the dialog is about. */
  readonly title: string;
  /** Says the consequence. */
  readonly description?: ReactNode;
  /** Left out where only a choice leads on. */
  readonly closeLabel?: string;
  readonly children?: ReactNode;
  /** What the person can do, the way out first. */
  readonly footer?: ReactNode;
  readonly width?: "normal" | "wide";
}

/** A question that must be answered before anything else; a sheet from below on phones. */
export function Dialog(props: DialogProps) {
  const { isOpen, onOpenChange, title, description, closeLabel, children, footer, width = "normal" } = props;
  const size = width === "wide" ? "sm:max-w-[800px]" : "sm:max-w-[520px]";
  return (
    <Radix.Root open={isOpen} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-black/50" />
        <Radix.Content
          className={`fixed inset-x-0 bottom-0 z-50 flex max-h-[92dvh] flex-col rounded-t-card bg-paper shadow-float sm:inset-x-auto sm:top-1/2 sm:bottom-auto sm:left-1/2 sm:w-[calc(100%-48px)] sm:-translate-x-1/2 sm:-translate-y-1/2 sm:rounded-card ${size}`}
          {...(description ? {} : { "aria-describedby": undefined })}
        >
          <div className="flex items-start gap-2 px-5 pt-4 sm:px-6 sm:pt-5">
            <Radix.Title className="flex-1 pt-1.5 text-h3 [overflow-wrap:anywhere]">{title}</Radix.Title>
            {closeLabel ? (
              <Radix.Close asChild>
                <IconButton label={closeLabel}>
                  <X aria-hidden="true" className="size-5" />
                </IconButton>
              </Radix.Close>
            ) : null}
          </div>
          <div className="flex-1 overflow-y-auto px-5 pt-2 pb-5 sm:px-6">
            {description ? (
              <Radix.Description asChild>
                <div className="text-ink-700">{description}</div>
              </Radix.Description>
            ) : null}
            {children}
          </div>
          {footer ? (
            <div className="flex flex-col-reverse gap-3 border-t border-line px-5 py-4 sm:flex-row sm:justify-end sm:px-6">
              {footer}
            </div>
          ) : null}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
