"use server";

import { refresh } from "next/cache";
import { makePublicLink, turnOffPublicLink } from "#lib/signing/public-links/make-link.ts";
import { memberContext } from "../../_server/context.ts";
import { answerForm, type FormState } from "../../_server/form.ts";
import { templateIdIn } from "../../_server/params.ts";

interface LinkEntry {
  readonly openRoleId: string;
  readonly people: readonly { readonly roleId: string; readonly name: string; readonly email: string }[];
  readonly mostUses: number | null;
  readonly days: number | null;
  readonly perAddressADay: number | null;
  readonly perNetworkAnHour: number | null;
}

/** Makes a public link of a template. */
export async function makeLink(id: string, entry: LinkEntry): Promise<FormState> {
  return answerForm(async () => {
    const people = Array.isArray(entry.people) ? entry.people.slice(0, 50) : [];
    await makePublicLink(await memberContext(), {
      ...{ templateId: templateIdIn(String(id)), openRoleId: String(entry.openRoleId) },
      people: people.map(({ roleId, name, email }) => ({
        ...{ roleId: String(roleId), name: String(name), email: String(email) },
      })),
      ...{ mostUses: entry.mostUses, days: entry.days },
      ...{ perAddressADay: entry.perAddressADay ?? undefined },
      ...{ perNetworkAnHour: entry.perNetworkAnHour ?? undefined },
    });
    refresh();
    return undefined;
  });
}

/** Nobody starts with it any more. */
export async function turnOffLink(linkId: string): Promise<FormState> {
  return answerForm(async () => {
    await turnOffPublicLink(await memberContext(), { linkId: String(linkId) });
    refresh();
    return undefined;
  });
}
