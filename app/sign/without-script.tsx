import { mailTo } from "#components/signing/words.ts";
import { Notice } from "#components/ui/notice.tsx";
import { translations } from "../_server/translations.ts";

interface WithoutScriptProps {
  /** Of the box around it, where the page has none: a place of its own must not stand there with script. */
  readonly className?: string;
  readonly heading: string;
  readonly text: readonly string[];
  /** To be kept or printed without script. */
  readonly downloads?: readonly { readonly name: string; readonly href: string }[];
  /** Who gives the document on paper. */
  readonly sender?: { readonly name: string; readonly email: string; readonly subject: string };
}

/** Says, where no script runs, why nothing on the page can be pressed, and what can be done all the same. */
export async function WithoutScript(props: WithoutScriptProps) {
  const { className, heading, text, downloads = [], sender } = props;
  const t = await translations("sign.noScript");
  return (
    <noscript>
      <div className={className}>
        <Notice tone="warn">
          <h2 className="mb-1 text-h3">{heading}</h2>
          {text.map((sentence) => (
            <p key={sentence} className="mb-2">
              {sentence}
            </p>
          ))}
          {downloads.map(({ name, href }) => (
            <p key={href}>
              <a className="inline-block py-2.5" href={href}>
                {downloads.length > 1 ? `${t("download")}: ${name}` : t("download")}
              </a>
            </p>
          ))}
          {sender ? (
            <p>
              <a className="inline-block py-2.5" href={mailTo(sender.email, sender.subject)}>
                {t("write", { sender: sender.name })}
              </a>{" "}
              · {sender.email}
            </p>
          ) : null}
        </Notice>
      </div>
    </noscript>
  );
}

/** For a page that belongs to no sender, or to one whom the reader has reason not to ask. */
export async function PageWithoutScript({
  isTelephone = false,
  className,
}: {
  readonly isTelephone?: boolean;
  readonly className?: string;
}) {
  const t = await translations("sign.noScript");
  const text = isTelephone ? [t("pageText"), t("otherScreen")] : [t("pageText")];
  return <WithoutScript className={className} heading={t("page")} text={text} />;
}
