const WORDS: Readonly<Record<string, string>> = {
  "pdf/not-a-pdf": "It is no PDF.",
  "pdf/damaged": "It is damaged so much that it cannot be read as a PDF.",
  "pdf/needs-password": "It is encrypted and opens only with a password.",
  "pdf/encryption-unsupported": "It is encrypted in a way that is not supported.",
  "pdf/too-complex": "It asks for more work than the limits allow.",
  "pdf/too-many-pages": "It has more pages than the limits allow.",
  "pki/too-large": "A signature or certificate in it is larger than the limits allow.",
  "sandbox/timed-out": "The check took longer than its limit.",
  "sandbox/out-of-memory": "The check needed more memory than its limit.",
  internal: "The check met something it was not made for.",
  "sandbox/crashed": "The check broke down on this file.",
  "evidence/file-unreadable": "There is no such file, or it cannot be read.",
};

/** Why a file cannot be checked, for people. @param code of a refusal. */
export const refusalWords = (code: string): string => WORDS[code] ?? `It cannot be checked (${code}).`;
