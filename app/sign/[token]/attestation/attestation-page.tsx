import { getLocale, getMessages, getTranslations } from "next-intl/server";
import { viewAttestation } from "#lib/signing/attestations/save-attestation.ts";
import type { CeremonyView } from "#lib/signing/open-ceremony.ts";
import type messages from "../../../../messages/en/sign.json";
import { recipientContext } from "../../../_server/context.ts";
import { refusalSentences } from "../refusal-sentences.ts";
import { SheetPage } from "../sheet-page.tsx";
import { AttestationForm } from "../when-shown.tsx";

/** What a witness or a notary enters before the document is before them. */
export async function AttestationPage({
  token,
  view,
}: {
  readonly token: string;
  readonly view: CeremonyView;
}) {
  const kind = view.me.role === "notary" ? "notary" : "witness";
  const t = await getTranslations("sign.attestation");
  const { sign } = (await getMessages()) as unknown as { sign: typeof messages };
  const entry = await viewAttestation(await recipientContext(token));
  const signer = new Intl.ListFormat(await getLocale()).format(view.attests);
  return (
    <SheetPage token={token} place="attestation" view={view} heading={t(`${kind}Heading`)}>
      <p>{t(`${kind}Lead`, { signer })}</p>
      <AttestationForm
        token={token}
        kind={kind}
        entry={entry}
        words={sign.attestation}
        problems={sign.field.problems}
        refusals={await refusalSentences()}
      />
    </SheetPage>
  );
}
