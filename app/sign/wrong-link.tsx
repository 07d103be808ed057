import { EntryPage } from "../sign-in/entry-page.tsx";
import { AddressLanguageSwitch } from "./address-language-switch.tsx";

interface WrongLinkProps {
  readonly heading: string;
  readonly lead: string;
  readonly more?: string;
}

/** A link or a code that is nobody's: said in the reader's language, which can be changed. */
export function WrongLink({ heading, lead, more }: WrongLinkProps) {
  return (
    <EntryPage title={heading} lead={lead}>
      {more ? <p className="mb-4 text-ink-700">{more}</p> : null}
      <AddressLanguageSwitch isWithin />
    </EntryPage>
  );
}
