import type { FormEntry } from "./catalogue.ts";

/** The day on which these entries were written down; nobody has looked at their sources for this copy since. */
export const SHIPPED_ON = "2026-11-21";

type Shipped = readonly [number: string, title: string, edition: string, editionOn: string, source: string];

const irs = "https://www.irs.gov/pub/irs-pdf/";

/** Works of the United States government, which are in the public domain (17 U.S.C. §105). No file of theirs is included. */
const IRS_TAX: readonly Shipped[] = [
  [
    "W-9",
    "Request for Taxpayer Identification Number and Certification",
    "Rev. March 2024",
    "2024-03-01",
    `${irs}fw9.pdf`,
  ],
  [
    "W-8BEN",
    "Certificate of Foreign Status of Beneficial Owner for United States Tax Withholding and Reporting (Individuals)",
    "Rev. October 2021",
    "2021-10-01",
    `${irs}fw8ben.pdf`,
  ],
  [
    "W-8BEN-E",
    "Certificate of Status of Beneficial Owner for United States Tax Withholding and Reporting (Entities)",
    "Rev. October 2021",
    "2021-10-01",
    `${irs}fw8bene.pdf`,
  ],
  [
    "2848",
    "Power of Attorney and Declaration of Representative",
    "Rev. January 2021",
    "2021-01-01",
    `${irs}f2848.pdf`,
  ],
  ["8821", "Tax Information Authorization", "Rev. January 2021", "2021-01-01", `${irs}f8821.pdf`],
  [
    "SS-4",
    "Application for Employer Identification Number",
    "Rev. December 2023",
    "2023-12-01",
    `${irs}fss4.pdf`,
  ],
  [
    "4506-C",
    "IVES Request for Transcript of Tax Return",
    "Rev. October 2022",
    "2022-10-01",
    `${irs}f4506c.pdf`,
  ],
];

const TAX_KINDS: Readonly<Record<string, string>> = {
  "W-9": "Certification",
  "W-8BEN": "Certification",
  "W-8BEN-E": "Certification",
  "2848": "Power of attorney",
  "8821": "Authorization",
  "SS-4": "Application",
  "4506-C": "Request",
};

const entry = (
  [number, title, edition, editionOn, source]: Shipped,
  about: Pick<FormEntry, "agency" | "subject" | "kind" | "keywords"> & { readonly code: string },
): FormEntry => {
  const { code, ...rest } = about;
  return {
    ...{ ...rest, number, title, edition, editionOn, source, jurisdiction: "US" },
    key: `us-${code}-${number.toLowerCase()}`,
    fileName: source.endsWith(".pdf") ? source.split("/").at(-1)! : "",
    ...{ checkedOn: null, expectedSha256: null },
  };
};

/** Federal forms that businesses send to be signed every day: what they are and where they are, and not the files. */
export const SHIPPED_FORMS: readonly FormEntry[] = [
  ...IRS_TAX.map((form) =>
    entry(form, {
      ...{ code: "irs", agency: "Internal Revenue Service", subject: "Tax", kind: TAX_KINDS[form[0]]! },
      keywords: "IRS taxpayer withholding",
    }),
  ),
  entry(
    [
      "I-9",
      "Employment Eligibility Verification",
      "Edition 01/20/25",
      "2025-01-20",
      "https://www.uscis.gov/sites/default/files/document/forms/i-9.pdf",
    ],
    {
      ...{ code: "uscis", agency: "U.S. Citizenship and Immigration Services" },
      ...{ subject: "Employment", kind: "Certification", keywords: "USCIS DHS new hire right to work" },
    },
  ),
  entry(
    [
      "WH-380-E",
      "Certification of Health Care Provider for Employee's Serious Health Condition",
      "Revised June 2020",
      "2020-06-01",
      "https://www.dol.gov/agencies/whd/fmla/forms",
    ],
    {
      ...{ code: "dol", agency: "U.S. Department of Labor, Wage and Hour Division" },
      ...{ subject: "Employment", kind: "Certification", keywords: "FMLA family medical leave" },
    },
  ),
];
