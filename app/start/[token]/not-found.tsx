import { translations } from "../../_server/translations.ts";
import { WrongLink } from "../../sign/wrong-link.tsx";

/** A public link that never was. */
export default async function StartNotFound() {
  const t = await translations("sign.start");
  return <WrongLink heading={t("wrong")} lead={t("wrongLead")} />;
}
