import type { Route } from "next";
import Link from "next/link";

interface BackLinkProps {
  readonly href: string;
  readonly label: string;
}

/** From a page to the one it belongs to, under its heading. */
export const BackLink = ({ href, label }: BackLinkProps) => (
  <Link href={href as Route} className="inline-flex min-h-11 items-center sm:min-h-8">
    {label}
  </Link>
);
