import type { ReactNode } from "react";

const ID = "signer-menu";
export const MENU_BUTTON_ID = "signer-menu-button";

export interface SignerMenuProps {
  readonly label: string;
  readonly help: string;
  /** Left out on a device that is not the person's own. */
  readonly contact?: { readonly label: string; readonly address: string; readonly href: string };
  readonly reference: string;
  /** How the keyboard gets around, where there is something to get around in. */
  readonly keys?: string;
  readonly children?: ReactNode;
}

/** Help and what else one can do here; the browser opens and closes it, with script or without. */
export function SignerMenu({ label, help, contact, reference, keys, children }: SignerMenuProps) {
  return (
    <>
      <button
        type="button"
        id={MENU_BUTTON_ID}
        popoverTarget={ID}
        className="inline-flex min-h-11 shrink-0 items-center gap-2 rounded-control border border-line-strong bg-paper px-3 font-medium hover:bg-canvas"
      >
        {label}
      </button>
      <div
        id={ID}
        popover="auto"
        className="fixed inset-auto top-16 end-4 m-0 max-h-[calc(100dvh-5rem)] w-[min(340px,calc(100vw-2rem))] overflow-y-auto rounded-card border border-line bg-paper p-2 text-ink-900 shadow-float"
      >
        <div className="px-3 py-2">
          <p className="font-medium">{help}</p>
          {contact ? (
            <p>
              <a href={contact.href} className="inline-block py-2.5">
                {contact.label}
              </a>
              <span className="block break-all text-small text-ink-600">{contact.address}</span>
            </p>
          ) : null}
        </div>
        {children ? <div className="flex flex-col border-t border-line py-1">{children}</div> : null}
        <div className="border-t border-line px-3 pt-2 pb-1 text-small text-ink-600">
          <p>{reference}</p>
          {keys ? <p className="max-sm:hidden">{keys}</p> : null}
        </div>
      </div>
    </>
  );
}

const itemClass =
  "flex min-h-11 w-full items-center rounded-control px-3 text-start text-ink-900 no-underline hover:bg-action-50";

export function MenuLink({ href, children }: { readonly href: string; readonly children: ReactNode }) {
  return (
    <a href={href} className={itemClass}>
      {children}
    </a>
  );
}

export function MenuButton({ onPress, children }: { onPress(): void; readonly children: ReactNode }) {
  return (
    <button
      type="button"
      popoverTarget={ID}
      popoverTargetAction="hide"
      onClick={onPress}
      className={itemClass}
    >
      {children}
    </button>
  );
}
