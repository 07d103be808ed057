import type { ReactNode } from "react";

export interface SignerHeaderProps {
  readonly title: string;
  readonly organizationName: string;
  /** The page's own heading is elsewhere. */
  readonly isQuiet?: boolean;
  readonly language?: ReactNode;
  readonly menu?: ReactNode;
}

/** The same on every page of a signer: whose document it is, and the menu. */
export function SignerHeader({ title, organizationName, isQuiet, language, menu }: SignerHeaderProps) {
  const Title = isQuiet ? "p" : "h1";
  return (
    <header className="sticky top-0 z-40 border-b border-line bg-paper">
      <div className="mx-auto flex min-h-14 max-w-[1200px] items-center gap-3 px-4 py-1">
        <div className="min-w-0 flex-1">
          <Title className="line-clamp-2 text-base leading-5 font-semibold text-as-parent" dir="auto">
            {title}
          </Title>
          {organizationName ? (
            <p className="truncate text-small text-ink-600 text-as-parent" dir="auto">
              {organizationName}
            </p>
          ) : null}
        </div>
        {language}
        {menu}
      </div>
    </header>
  );
}
