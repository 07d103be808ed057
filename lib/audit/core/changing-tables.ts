import { fromUtf8, sha256, toHex } from "#lib/bytes.ts";

/** A table of evidence whose rows change by design: every state of a row stands under an event. */
export interface ChangingTable {
  /** Its primary key. */
  readonly key: readonly string[];
  /** Rows are bound from when this column is set; before, they are drafts or work under way. */
  readonly since?: string;
  /**
   * Some steps are written in a transaction that appends no event: the clock puts what they left under one, within
   * minutes. Without it the database refuses such a step.
   */
  readonly hasQuietSteps?: true;
  /** Columns that are nobody's evidence, and not bound: how somebody likes to see things. */
  readonly apart?: readonly string[];
}

/**
 * Tables of evidence that change by design. The event that tells of a change binds what every changed row is then;
 * `db/changing-rows.ts` has the database see to it.
 */
export const CHANGING_TABLES: Readonly<Record<string, ChangingTable>> = {
  access_review_items: { key: ["review_id", "member_id"] },
  access_reviews: { key: ["id"] },
  archive_places: { key: ["id"], hasQuietSteps: true },
  archived_files: { key: ["envelope_id", "name"], hasQuietSteps: true },
  archived_records: { key: ["organization_id", "kind", "subject"] },
  archives: { key: ["envelope_id"], hasQuietSteps: true },
  attestations: { key: ["recipient_id"] },
  authentication_policies: { key: ["organization_id"], hasQuietSteps: true },
  authentication_rules: { key: ["id"], hasQuietSteps: true },
  authority_rotations: { key: ["id"] },
  brought_seals: { key: ["id"], hasQuietSteps: true },
  business_agreements: { key: ["id"] },
  capture_rules: { key: ["id"], hasQuietSteps: true },
  certificate_check_runs: { key: ["id"], since: "ended_at", hasQuietSteps: true },
  consent_notices: { key: ["id"], since: "published_at" },
  contract_ends: { key: ["envelope_id"] },
  destructions: { key: ["id"] },
  dispute_files: { key: ["id"], since: "ready_at" },
  envelope_keys: { key: ["envelope_id"], since: "destroyed_at" },
  envelope_retention: { key: ["envelope_id"] },
  evidence_packages: { key: ["id"], since: "ready_at" },
  hold_custodians: { key: ["id"] },
  key_backups: { key: ["id"] },
  key_ceremonies: { key: ["id"] },
  key_exports: { key: ["id"] },
  key_owners: { key: ["organization_id", "ref"] },
  key_policies: { key: ["organization_id"], hasQuietSteps: true },
  key_project_steps: { key: ["project_id", "step"] },
  key_projects: { key: ["id"] },
  key_reviews: { key: ["id"], hasQuietSteps: true },
  legal_holds: { key: ["id"] },
  members: { key: ["id"], hasQuietSteps: true, apart: ["list_columns"] },
  paper_requests: { key: ["id"], hasQuietSteps: true },
  purges: { key: ["envelope_id"] },
  registered_certificates: { key: ["id"] },
  report_schedules: { key: ["organization_id", "kind"] },
  reports: { key: ["id"] },
  required_steps: { key: ["organization_id", "class_id", "step"] },
  retention_classes: { key: ["id"] },
  retention_rules: { key: ["id"] },
  sample_review_items: { key: ["review_id", "envelope_id"], hasQuietSteps: true },
  sample_reviews: { key: ["id"] },
  seal_rotations: { key: ["id"], hasQuietSteps: true },
  send_approvals: { key: ["id"], hasQuietSteps: true },
  send_duties: { key: ["id"], hasQuietSteps: true },
  signing_keys: { key: ["id"], hasQuietSteps: true },
  signing_steps: { key: ["id"], since: "done_at", hasQuietSteps: true },
  standby_keys: { key: ["id"], hasQuietSteps: true },
  teams: { key: ["id"], hasQuietSteps: true },
  trust_lists: { key: ["id"], hasQuietSteps: true },
  vault_passphrases: { key: ["export_id"], hasQuietSteps: true },
};

/** What a row was when an event was appended. */
export interface RowVersion {
  readonly tableName: string;
  /** The values of the primary key, with slashes between them. */
  readonly rowKey: string;
  /** From 1 on, each row's own. */
  readonly version: number;
  /** What the hash is over, in this order, with commas between them. */
  readonly columns: string;
  /** SHA-256 of the row as PostgreSQL writes it in JSON, lower-case hex; null for a row that is gone. */
  readonly rowSha256: string | null;
}

/**
 * What an event's body says of the rows that changed with it: SHA-256, lower-case hex, over a line for each,
 * `table key version columns hash` and a line feed, sorted by code units; `-` for the hash of a row that is gone.
 */
export const digestOfVersions = (rows: readonly RowVersion[]): string =>
  toHex(
    sha256(
      fromUtf8(
        rows
          .map(({ tableName, rowKey, version, columns, rowSha256 }) =>
            [tableName, rowKey, version, columns, rowSha256 ?? "-"].join(" "),
          )
          .toSorted()
          .map((line) => `${line}\n`)
          .join(""),
      ),
    ),
  );

/** Members of canonical JSON are sorted: what follows `rows` holds no text that could pose as it. */
const ROWS =
  /,"previous":"[0-9a-f]{64}","rows":"([0-9a-f]{64})","sequence":\d+,"type":"[a-z.-]+","version":\d+\}$/;

/** What a body says of rows; null when no row changed with the event. */
export const versionsSaid = (body: string): string | null => ROWS.exec(body)?.[1] ?? null;
