/**
 * Tables whose rows the log does not vouch for, and why. With `RECORD_TABLES`, `CHANGING_TABLES` and the log's own these
 * are all there are: whoever adds a table says where it belongs.
 */
export const TABLES_APART: Readonly<Record<string, readonly string[]>> = {
  "changed by the work on envelopes; held against their trails, in what these say": [
    ...["documents", "envelopes", "fields", "field_values", "recipients"],
  ],
  "what was done stands in events, and what was signed in documents whose hashes stand in events": [
    ...["document_sources", "field_files"],
    ...["form_packages", "library_forms", "templates", "template_versions", "kiosk_sessions", "kiosk_visits"],
    ...["offline_kits", "hand_overs", "bulk_jobs", "bulk_rows", "bulk_sends", "rule_runs", "access_reasons"],
    ...["program_codes", "signer_authorizations", "authorization_attempts"],
    ...["program_authorizations", "public_link_requests", "notice_trials", "recipient_checks"],
  ],
  "says who may come in and where, and nothing of what they did": [
    ...["accounts", "api_keys", "authenticators", "hold_notice_tokens", "hosted_links", "identity_providers"],
    ...["login_tokens", "mail_returns", "passkeys", "program_keys", "program_tokens", "programs"],
    ...["public_links", "recipient_access_codes", "recipient_sessions", "recipient_tokens", "sessions"],
    ...["sso_attempts", "signature_providers"],
  ],
  "settings and lists for work; each change that matters is an event": [
    ...["bulk_mappings", "contacts", "folders", "organizations", "saved_filters", "saved_marks"],
    ...[
      "backup_runs",
      "sftp_places",
      "settings",
      "signature_policies",
      "template_policies",
      "workspace_rules",
    ],
  ],
  "checked another way: certificates and revocations against events and signatures, keys by what they open": [
    ...["authorities", "issued_serials", "published_crls", "published_ocsp_responses", "sealed_keys"],
    ...["certificate_statuses", "trust_list_services"],
  ],
  "made from other rows, or gone when its work is done": [
    ...[
      "api_answers",
      "document_texts",
      "editing_windows",
      "envelope_texts",
      "expiry_warnings",
      "form_import_rows",
    ],
    ...["form_imports", "key_notices", "key_provider_states", "log_pending", "log_status", "outbox_mails"],
    ...[
      "page_images",
      "rate_limits",
      "records_pending",
      "remote_listings",
      "import_keys",
      "key_lookups",
      "search_pending",
    ],
    ...["sign_in_failures", "site_certificates"],
  ],
};
