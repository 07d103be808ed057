"use client";

import { DropdownMenu } from "radix-ui";
import type { ReactNode } from "react";

const itemClass =
  "flex min-h-11 w-full items-center gap-3 rounded-control px-3 text-start text-base text-ink-900 no-underline outline-none data-highlighted:bg-action-50 data-disabled:opacity-50";

export interface MenuProps {
  /** The button that opens it. */
  readonly trigger: ReactNode;
  readonly align?: "start" | "end";
  readonly children: ReactNode;
}

/** Further things to do, one key or tap away. */
export function Menu({ trigger, align = "end", children }: MenuProps) {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align={align}
          sideOffset={6}
          collisionPadding={8}
          className="z-40 max-h-(--radix-dropdown-menu-content-available-height) min-w-56 max-w-80 overflow-y-auto rounded-card border border-line bg-paper p-1.5 shadow-float"
        >
          {children}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

export interface MenuItemProps {
  readonly icon?: ReactNode;
  readonly isDanger?: boolean;
  readonly isDisabled?: boolean;
  readonly onSelect?: () => void;
  /** With a link inside, the item is that link. */
  readonly asChild?: boolean;
  readonly children: ReactNode;
}

export function MenuItem({ icon, isDanger, isDisabled, onSelect, asChild, children }: MenuItemProps) {
  return (
    <DropdownMenu.Item
      asChild={asChild}
      disabled={isDisabled}
      onSelect={onSelect}
      className={`${itemClass} ${isDanger ? "text-bad-700 data-highlighted:bg-bad-50" : ""}`}
    >
      {asChild ? (
        children
      ) : (
        <>
          {icon}
          <span className="min-w-0 flex-1 [overflow-wrap:anywhere]">{children}</span>
        </>
      )}
    </DropdownMenu.Item>
  );
}

export const MenuLine = () => <DropdownMenu.Separator className="my-1.5 h-px bg-line" />;

export function MenuLabel({ children }: { readonly children: ReactNode }) {
  return (
    <DropdownMenu.Label className="px-3 py-1.5 text-small text-ink-600 [overflow-wrap:anywhere]">
      {children}
    </DropdownMenu.Label>
  );
}

export interface MenuChoice {
  readonly value: string;
  readonly label: string;
}

/** One of several, with the present one marked. */
export function MenuChoices({
  value,
  choices,
  onChoose,
}: {
  readonly value: string;
  readonly choices: readonly MenuChoice[];
  readonly onChoose: (value: string) => void;
}) {
  return (
    <DropdownMenu.RadioGroup value={value} onValueChange={onChoose}>
      {choices.map((choice) => (
        <DropdownMenu.RadioItem key={choice.value} value={choice.value} className={itemClass}>
          <span aria-hidden="true" className="w-4 text-action-700">
            <DropdownMenu.ItemIndicator>✓</DropdownMenu.ItemIndicator>
          </span>
          <span className="min-w-0 flex-1 [overflow-wrap:anywhere]">{choice.label}</span>
        </DropdownMenu.RadioItem>
      ))}
    </DropdownMenu.RadioGroup>
  );
}
