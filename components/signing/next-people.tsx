"use client";

import { TextField } from "#components/ui/text-field.tsx";
import type { CeremonyView } from "#lib/signing/open-ceremony.ts";
import { fillIn, type SignWords } from "./words.ts";

export interface NamedPerson {
  readonly name: string;
  readonly email: string;
}

interface NextPeopleProps {
  readonly people: CeremonyView["toName"];
  readonly named: ReadonlyMap<string, NamedPerson>;
  readonly sender: string;
  readonly words: SignWords["review"]["next"];
  onName(personId: string, person: NamedPerson): void;
}

/** Who comes next, where the sender left it to this person to say. */
export function NextPeople({ people, named, sender, words, onName }: NextPeopleProps) {
  return (
    <section aria-labelledby="next-people" className="mb-4 flex flex-col gap-3">
      <h3 id="next-people" className="text-h3">
        {words.heading}
      </h3>
      <p className="text-ink-700">{fillIn(words.lead, { sender })}</p>
      {people.map(({ id, role, ...known }) => {
        const person = named.get(id) ?? known;
        return (
          <fieldset key={id} className="grid grid-cols-1 gap-3 sm:grid-cols-2">
            <legend className="mb-1 font-medium">
              {words[role === "editor" || role === "approver" || role === "viewer" ? role : "signer"]}
            </legend>
            <TextField
              label={words.name}
              value={person.name}
              maxLength={64}
              dir="auto"
              autoComplete="off"
              onChange={(event) => onName(id, { ...person, name: event.target.value })}
            />
            <TextField
              label={words.email}
              type="email"
              inputMode="email"
              value={person.email}
              maxLength={254}
              autoComplete="off"
              onChange={(event) => onName(id, { ...person, email: event.target.value })}
            />
          </fieldset>
        );
      })}
    </section>
  );
}
