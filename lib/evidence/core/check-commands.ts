/** What somebody types to check the evidence with ordinary tools. Each line fits the width of a page. */
export const CHECKS: readonly { readonly key: string; readonly commands: readonly string[] }[] = [
  { key: "hash", commands: ["sha256sum signed.pdf"] },
  { key: "signatures", commands: ["pdfsig signed.pdf"] },
  {
    key: "cms",
    commands: [
      "pdfsig -dump signed.pdf",
      "(head -c A signed.pdf; head -c C signed.pdf | tail -c +$((B + 1))) > covered.bin",
      "openssl cms -verify -binary -inform DER -in signed.pdf.sig0 -content covered.bin \\",
      "  -CAfile root.pem -purpose any -no_check_time -out /dev/null",
    ],
  },
  {
    key: "certificate",
    commands: ["openssl x509 -inform DER -in signer.cer -noout -text -fingerprint -sha256"],
  },
  {
    key: "chain",
    commands: [
      "pdfdetach -save 1 -o events.jsonl audit-trail.pdf",
      "previous=$(printf '%064d' 0)",
      "while read -r entry; do",
      "  previous=$( (printf '02%s' $previous | xxd -r -p; jq -j .body <<< \"$entry\") |",
      "    sha256sum | cut -c 1-64)",
      '  [ $previous = $(jq -r .hash <<< "$entry") ] || echo "Does not hold: $entry"',
      "done < events.jsonl; echo $previous",
    ],
  },
  {
    key: "opening",
    commands: [
      "jq -c '.openings[]' events.jsonl | while read -r opening; do",
      '  (jq -j .salt <<< "$opening" | xxd -r -p; jq -j .value <<< "$opening") |',
      "    sha256sum | cut -c 1-64",
      "done",
    ],
  },
  { key: "trail", commands: ["pdfsig audit-trail.pdf"] },
];
