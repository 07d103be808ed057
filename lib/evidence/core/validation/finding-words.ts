import type { CheckWords } from "./describe-report.ts";
import type { FindingView } from "./validation-report.ts";

type Found = keyof CheckWords["found"];
type Done = keyof CheckWords["done"];

const FOUND: Readonly<Record<string, Found>> = {
  ...{ "no-signatures": "noSignatures", "test-workspace": "test", damaged: "damaged" },
  ...{ "digest-mismatch": "changed", "certificate-damaged": "certificateDamaged" },
  ...{ unreadable: "unreadable", contents: "unreadable", "signature-malformed": "unreadable" },
  ...{ "signature-place": "unreadable", "entry-repeated": "unreadable", unsupported: "unsupported" },
  ...{ "byte-range": "range", "range-end": "range" },
  ...{ path: "path", purpose: "purpose", revoked: "revoked", "revoked-later": "revokedLater" },
  ...{ "status-unknown": "statusUnknown", "status-as-of": "statusOld", "status-older": "statusOld" },
  ...{ "weak-algorithm": "weak", "made-after-revocation": "afterRevocation" },
  ...{ "made-after-expiry": "afterExpiry", "time-order": "timeOrder" },
  ...{ "claimed-time-outside": "claimedTime", "claimed-time-differs": "claimedTime" },
  ...{ "evidence-unreadable": "evidence", hybrid: "odd", "trailing-data": "odd", "signing-time": "odd" },
  ...{ "digests-differ": "odd", "digest-not-announced": "odd", "attributes-unsorted": "odd" },
  ...{ "no-certificates": "odd", "key-period-over": "odd" },
  ...{ "pdf/not-a-pdf": "notPdf", "pdf/damaged": "fileUnreadable", "pdf/needs-password": "password" },
  ...{ "pdf/encryption-unsupported": "encrypted", "pdf/too-complex": "tooMuch" },
  ...{ "pdf/too-many-pages": "tooMuch", "pki/too-large": "tooMuch", "sandbox/timed-out": "tooMuch" },
  "sandbox/out-of-memory": "tooMuch",
};

const DONE: Readonly<Record<string, Done>> = {
  ...{ "field-filled": "filled", "field-closed": "field", "field-added": "field", "field-removed": "field" },
  ...{ "field-changed": "field", "locked-field": "field", "closed-document": "field" },
  ...{ "appearance-changed": "field", "appearance-redrawn": "field", "signature-field-added": "field" },
  ...{ "field-signed": "signed", "signature-added": "signed", "certification-added": "signed" },
  ...{ "time-stamp-added": "signed", "usage-rights": "signed" },
  ...{ "signature-lost": "signature", "signature-removed": "signature", "signature-replaced": "signature" },
  ...{ "signature-changed": "signature", "signature-copied": "signature" },
  ...{ "signature-field-changed": "signature", "signature-outside-form": "signature" },
  ...{ "page-tree": "page", "page-removed": "page", "page-content": "page", "page-resources": "page" },
  ...{ "annotation-added": "annotation", "annotation-changed": "annotation" },
  "annotation-removed": "annotation",
  ...{ "form-added": "form", "form-changed": "form", "form-removed": "form" },
  "form-resources-added": "form",
  ...{ "validation-data": "data", "validation-data-added": "data", "metadata-updated": "data" },
  ...{ info: "data", "file-id": "data" },
  ...{ names: "document", action: "document", layers: "document", structure: "document" },
  ...{ permissions: "document", outlines: "document", "catalog-changed": "document" },
  ...{ "catalog-moved": "document", encryption: "document" },
};

/** A finding in one language: what it is, without names and numbers, which its own sentence has. */
export const foundIn = ({ code, severity }: FindingView, { found }: CheckWords): string =>
  found[FOUND[code] ?? (severity === "error" ? "fault" : "note")];

/** The same for what a later revision did. */
export const doneIn = ({ code }: { readonly code: string }, { done }: CheckWords): string =>
  done[DONE[code] ?? "other"];
