import { expect, test } from "vitest";
import { languageOf } from "./language-of.ts";

const TEXTS: Readonly<Record<string, string>> = {
  en: "This agreement is made by and between the parties. Each of the parties shall keep the information to itself.",
  es: "El presente contrato se celebra entre las partes. Los datos del cliente y el precio por una unidad se acuerdan con el proveedor.",
  fr: "Le présent contrat est conclu entre les parties. Les conditions du service et le prix des prestations sont fixés par une annexe.",
  de: "Der Vertrag wird zwischen den Parteien geschlossen. Die Leistung ist mit dem Preis und den Bedingungen vereinbart, nicht mündlich.",
  pt: "O presente contrato é celebrado entre as partes. Os dados do cliente e o preço da prestação não são públicos.",
  it: "Il presente contratto è concluso tra le parti. Gli obblighi della società e il prezzo per una prestazione non sono modificati.",
  nl: "De overeenkomst wordt gesloten tussen de partijen. Het bedrag van een levering en de voorwaarden zijn niet openbaar voor derden.",
  pl: "Umowa zostaje zawarta przez strony w dniu podpisania. Cena oraz warunki nie są jawne, lub jest to określone w załączniku na końcu.",
  vi: "Hợp đồng này được ký giữa các bên. Giá của dịch vụ và các điều kiện không được công bố theo luật trong nước.",
  uk: "Ця угода укладена між сторонами. Ціна послуг і умови є конфіденційними та не підлягають розголошенню.",
  ar: "أبرم هذا العقد بين الطرفين ويلتزم كل منهما بالحفاظ على سرية المعلومات وعدم الكشف عنها للغير.",
  he: "הסכם זה נערך בין הצדדים וכל אחד מהם מתחייב לשמור על סודיות המידע ולא לגלותו לאחרים.",
  hi: "यह समझौता पक्षों के बीच किया गया है और प्रत्येक पक्ष जानकारी को गोपनीय रखने के लिए सहमत है।",
  zh: "本协议由双方签订。各方同意对所有信息保密，未经对方书面同意不得向任何第三方披露。价格和条款另行约定，并作为本协议附件。",
  ja: "本契約は当事者間で締結される。各当事者は情報を秘密に保持し、相手方の書面による同意なく第三者に開示しないものとする。",
  ko: "본 계약은 당사자 사이에 체결된다. 각 당사자는 정보를 비밀로 유지하고 상대방의 서면 동의 없이 제삼자에게 공개하지 아니한다.",
};

test.each(Object.entries(TEXTS))("a contract in %s is known by its words", (language, text) => {
  expect(languageOf(text)).toBe(language);
});

test("what does not tell stays unnamed: too little, numbers, two languages at once", () => {
  expect(languageOf("")).toBeNull();
  expect(languageOf("Invoice 4711")).toBeNull();
  expect(languageOf("1,200.00 ".repeat(200))).toBeNull();
  expect(languageOf(`${TEXTS.en} ${TEXTS.de}`)).toBeNull();
});
