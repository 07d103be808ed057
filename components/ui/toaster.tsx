"use client";

import { Toaster as Sonner } from "sonner";

/** Short notices that repeat what the page says anyway; at the top, as what is pressed next is at the bottom. */
export function Toaster({ label, closeLabel }: { readonly label: string; readonly closeLabel: string }) {
  return (
    <Sonner
      position="top-center"
      containerAriaLabel={label}
      closeButton
      expand
      duration={7000}
      toastOptions={{
        unstyled: true,
        closeButtonAriaLabel: closeLabel,
        classNames: {
          toast:
            "flex w-[min(420px,calc(100vw-32px))] items-center gap-3 rounded-control border border-black bg-black px-4 py-3 text-base font-sans text-white shadow-float",
          title: "[overflow-wrap:anywhere]",
          content: "order-1 flex-1",
          actionButton:
            "order-2 min-h-9 shrink-0 rounded-control border border-white px-3 font-medium text-white hover:bg-white/15",
          closeButton:
            "order-3 -me-2 shrink-0 rounded-control p-1.5 text-white hover:bg-white/15 [&_svg]:size-4",
        },
      }}
    />
  );
}
