import { translations } from "../../../_server/translations.ts";
import { WrongLink } from "../../wrong-link.tsx";

/** A code that never was, or was forgotten since. */
export default async function HandOverNotFound() {
  const state = await translations("sign.state.notFound");
  const t = await translations("sign.handOver");
  return <WrongLink heading={state("heading")} lead={t("ended")} />;
}
