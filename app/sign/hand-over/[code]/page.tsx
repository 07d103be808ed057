import type { Metadata } from "next";
import { getMessages, getTranslations } from "next-intl/server";
import { SignerHeader } from "#components/signing/signer-header.tsx";
import type { HandOverPurpose } from "#lib/signing/core/hand-over.ts";
import { openTelephone } from "#lib/signing/hand-overs/draw-by-telephone.ts";
import type messages from "../../../../messages/en/sign.json";
import { visitor } from "../../../_server/context.ts";
import { answerPage } from "../../../_server/page.ts";
import { refusalSentences } from "../../[token]/refusal-sentences.ts";
import { AddressLanguageSwitch } from "../../address-language-switch.tsx";
import { PageWithoutScript } from "../../without-script.tsx";
import { DrawForm } from "./draw-form.tsx";
import { GiveForm } from "./give-form.tsx";
import { MoveForm } from "./move-form.tsx";

interface HandOverPageProps {
  readonly params: Promise<{ code: string }>;
}

export async function generateMetadata({ params }: HandOverPageProps): Promise<Metadata> {
  const { code } = await params;
  const { purpose } = await answerPage(async () => openTelephone(await visitor(), code));
  return { title: (await getTranslations("sign.handOver"))(`${PLACES[purpose]}title`) };
}

/** Where the words of each purpose stand. */
const PLACES = { signature: "", file: "file.", page: "page." } as const satisfies Record<
  HandOverPurpose,
  string
>;

/** Where a telephone draws, or gives a file, or goes on with all of it, for the screen that showed it a code. */
export default async function HandOverPage({ params }: HandOverPageProps) {
  const { code } = await params;
  const view = await answerPage(async () => openTelephone(await visitor(), code));
  const t = await getTranslations("sign.handOver");
  const { file, purpose } = view;
  const { sign } = (await getMessages()) as unknown as { sign: typeof messages };
  return (
    <>
      <SignerHeader
        title={view.title}
        organizationName={view.organizationName}
        isQuiet
        language={<AddressLanguageSwitch />}
      />
      <main className="mx-auto flex w-full max-w-[680px] flex-col gap-4 px-4 py-6">
        <h1 className="text-h2">{t(`${PLACES[purpose]}heading`, { title: view.title })}</h1>
        <PageWithoutScript isTelephone />
        {file ? (
          <>
            {file.label ? (
              <p dir="auto" className="font-medium text-as-parent">
                {file.label}
              </p>
            ) : null}
            <GiveForm
              code={code}
              view={{ ...view, file }}
              words={{ ...sign.handOver, ...sign.handOver.file }}
              tooLarge={sign.field.fileTooLarge}
              refusals={await refusalSentences()}
            />
          </>
        ) : purpose === "signature" ? (
          <DrawForm code={code} view={view} words={sign.handOver} adopt={sign.adopt} />
        ) : (
          <MoveForm code={code} view={view} words={{ ...sign.handOver, ...sign.handOver.page }} />
        )}
      </main>
    </>
  );
}
