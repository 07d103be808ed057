/**
 * Tables of evidence beside the log's own, with their primary keys: rows are written once, and their hashes stand
 * under an event of the organization's chain.
 */
export const RECORD_TABLES: Readonly<Record<string, readonly string[]>> = {
  archive_timestamps: ["id"],
  artifacts: ["envelope_id", "kind"],
  certificate_captures: ["certificate_id"],
  certificate_checks: ["run_id", "source", "certificate_id"],
  certificates: ["id"],
  consent_acts: ["id"],
  custody_records: ["export_id", "sequence"],
  custody_signatures: ["export_id", "sequence", "side"],
  custody_wordings: ["id"],
  document_revisions: ["document_id", "number"],
  held_envelopes: ["hold_id", "envelope_id"],
  identity_results: ["id"],
  key_ceremony_entries: ["ceremony_id", "sequence"],
  key_records: ["id"],
  key_runbooks: ["id"],
  key_scripts: ["id"],
  key_tests: ["id"],
  key_uses: ["id"],
  marks: ["id"],
  presented_certificates: ["id"],
  quality_checks: ["envelope_id"],
  record_stamps: ["id"],
  revocations: ["id"],
  secret_rotations: ["id"],
  tombstones: ["envelope_id"],
};

/** Those of them about the people of an envelope, which go with them; of certificates the signers'. */
export const FORGOTTEN_TABLES: ReadonlySet<string> = new Set([
  ...["certificate_captures", "certificate_checks", "certificates", "marks", "presented_certificates"],
  ...["consent_acts", "identity_results"],
]);

/** One row's line in what an event holds the hash of: `table key envelope hash`, ended by a line feed. */
export interface SealedRow {
  readonly tableName: string;
  readonly rowKey: string;
  readonly envelopeId: string | null;
  /** SHA-256 of the row as PostgreSQL writes it in JSON, lower-case hex. */
  readonly rowSha256: string;
}

/** The text whose SHA-256 stands in the event: every row's line, sorted by code units. */
export const sealedText = (rows: readonly SealedRow[]): string =>
  rows
    .map(({ tableName, rowKey, envelopeId, rowSha256 }) =>
      [tableName, rowKey, envelopeId ?? "-", rowSha256].join(" "),
    )
    .toSorted()
    .map((line) => `${line}\n`)
    .join("");
