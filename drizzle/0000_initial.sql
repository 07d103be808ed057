CREATE TABLE "access_reasons" (
	"organization_id" uuid NOT NULL,
	"id" uuid PRIMARY KEY NOT NULL,
	"member_id" uuid NOT NULL,
	"purpose" text NOT NULL,
	"envelope_id" uuid,
	"reason" text NOT NULL,
	"given_at" timestamp with time zone NOT NULL,
	CONSTRAINT "access_reasons_purpose" CHECK ("access_reasons"."purpose" in ('download', 'export', 'foreign-envelope', 'search', 'consents'))
);
--> statement-breakpoint
CREATE TABLE "business_agreements" (
	"organization_id" uuid NOT NULL,
	"id" uuid PRIMARY KEY NOT NULL,
	"covered_entity" text NOT NULL,
	"business_associate" text NOT NULL,
	"signed_on" date NOT NULL,
	"ends_on" date,
	"keep_years" integer,
	"file_key" text NOT NULL,
	"file_name" text NOT NULL,
	"sha256" text NOT NULL,
	"size_bytes" integer NOT NULL,
	"recorded_by" uuid NOT NULL,
	"recorded_at" timestamp with time zone NOT NULL,
	"ended_by" uuid,
	"ended_at" timestamp with time zone,
	CONSTRAINT "business_agreements_ended" CHECK (("business_agreements"."ended_at" is null) = ("business_agreements"."ended_by" is null)),
	CONSTRAINT "business_agreements_keep" CHECK ("business_agreements"."keep_years" between 0 and 100),
	CONSTRAINT "business_agreements_days" CHECK ("business_agreements"."ends_on" is null or "business_agreements"."ends_on" >= "business_agreements"."signed_on")
);
--> statement-breakpoint
CREATE TABLE "api_answers" (
	"organization_id" uuid NOT NULL,
	"key_id" uuid NOT NULL,
	"call_name" text NOT NULL,
	"request_sha256" "bytea" NOT NULL,
	"status" integer,
	"body" text,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "api_answers_key_id_call_name_pk" PRIMARY KEY("key_id","call_name")
);
--> statement-breakpoint
CREATE TABLE "api_keys" (
	"organization_id" uuid NOT NULL,
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"prefix" text NOT NULL,
	"key_sha256" "bytea" NOT NULL,
	"scopes" jsonb NOT NULL,
	"networks" jsonb NOT NULL,
	"per_minute" integer NOT NULL,
	"created_by" uuid NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"last_used_at" timestamp with time zone,
	"revoked_at" timestamp with time zone,
	CONSTRAINT "api_keys_prefix_unique" UNIQUE("prefix"),
	CONSTRAINT "api_keys_key_sha256_unique" UNIQUE("key_sha256"),
	CONSTRAINT "api_keys_per_minute" CHECK ("api_keys"."per_minute" between 1 and 6000)
);
--> statement-breakpoint
CREATE TABLE "archive_timestamps" (
	"organization_id" uuid NOT NULL,
	"id" uuid PRIMARY KEY NOT NULL,
	"envelope_id" uuid NOT NULL,
	"document_id" uuid,
	"number" integer NOT NULL,
	"made_at" timestamp with time zone NOT NULL,
	"until" timestamp with time zone NOT NULL,
	"tail_key" text,
	"sha256" text,
	"size_bytes" integer,
	CONSTRAINT "archive_timestamps_number" UNIQUE NULLS NOT DISTINCT("envelope_id","document_id","number")
);
--> statement-breakpoint
CREATE TABLE "record_stamps" (
	"organization_id" uuid NOT NULL,
	"id" uuid PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"subject" text NOT NULL,
	"number" integer NOT NULL,
	"made_at" timestamp with time zone NOT NULL,
	"until" timestamp with time zone NOT NULL,
	"statement" text,
	"token" "bytea",
	"status" text,
	CONSTRAINT "record_stamps_number" UNIQUE("organization_id","kind","subject","number"),
	CONSTRAINT "record_stamps_line" CHECK (("record_stamps"."number" = 0) = ("record_stamps"."statement" is null))
);
--> statement-breakpoint
CREATE TABLE "archive_places" (
	"organization_id" uuid NOT NULL,
	"id" uuid PRIMARY KEY NOT NULL,
	"endpoint" text,
	"region" text NOT NULL,
	"bucket" text NOT NULL,
	"key_prefix" text NOT NULL,
	"access_key_id" text NOT NULL,
	"sealed_secret" "bytea" NOT NULL,
	"lock_mode" text,
	"created_by" uuid NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"tried_at" timestamp with time zone,
	"refusal" text,
	"removed_at" timestamp with time zone,
	CONSTRAINT "archive_places_lock_mode" CHECK ("archive_places"."lock_mode" in ('governance', 'compliance'))
);
--> statement-breakpoint
CREATE TABLE "archived_files" (
	"organization_id" uuid NOT NULL,
	"envelope_id" uuid NOT NULL,
	"name" text NOT NULL,
	"object_key" text NOT NULL,
	"version_id" text,
	"sha256" text NOT NULL,
	"size_bytes" bigint NOT NULL,
	"stored_at" timestamp with time zone NOT NULL,
	CONSTRAINT "archived_files_envelope_id_name_pk" PRIMARY KEY("envelope_id","name"),
	CONSTRAINT "archived_files_sha256" CHECK ("archived_files"."sha256" ~ '^[0-9a-f]{64}$')
);
--> statement-breakpoint
CREATE TABLE "archived_records" (
	"organization_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"subject" text NOT NULL,
	"place_id" uuid NOT NULL,
	"object_key" text NOT NULL,
	"version_id" text,
	"sha256" text NOT NULL,
	"size_bytes" bigint NOT NULL,
	"locked_until" timestamp with time zone,
	"stored_at" timestamp with time zone NOT NULL,
	CONSTRAINT "archived_records_organization_id_kind_subject_pk" PRIMARY KEY("organization_id","kind","subject"),
	CONSTRAINT "archived_records_kind" CHECK ("archived_records"."kind" in ('report', 'chain'))
);
--> statement-breakpoint
CREATE TABLE "archives" (
	"organization_id" uuid NOT NULL,
	"envelope_id" uuid PRIMARY KEY NOT NULL,
	"place_id" uuid NOT NULL,
	"tried_at" timestamp with time zone NOT NULL,
	"tries" integer NOT NULL,
	"refusal" text,
	"archived_at" timestamp with time zone,
	"locked_until" timestamp with time zone,
	"is_held" boolean DEFAULT false NOT NULL,
	"checked_at" timestamp with time zone,
	"finding" text,
	"removed_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "attestations" (
	"organization_id" uuid NOT NULL,
	"recipient_id" uuid PRIMARY KEY NOT NULL,
	"envelope_id" uuid NOT NULL,
	"entry" jsonb NOT NULL,
	"saved_at" timestamp with time zone NOT NULL,
	"made_at" timestamp with time zone,
	"block" text DEFAULT '' NOT NULL
);
--> statement-breakpoint
CREATE TABLE "required_steps" (
	"organization_id" uuid NOT NULL,
	"class_id" uuid NOT NULL,
	"step" text NOT NULL,
	CONSTRAINT "required_steps_organization_id_class_id_step_pk" PRIMARY KEY("organization_id","class_id","step"),
	CONSTRAINT "required_steps_step" CHECK ("required_steps"."step" in ('witness', 'notary', 'consumer', 'agreement', 'counsel'))
);
--> statement-breakpoint
CREATE TABLE "audit_events" (
	"organization_id" uuid NOT NULL,
	"id" uuid PRIMARY KEY NOT NULL,
	"chain_id" uuid NOT NULL,
	"envelope_id" uuid,
	"sequence" integer NOT NULL,
	"type" text NOT NULL,
	"body" text NOT NULL,
	"hash" "bytea" NOT NULL,
	"occurred_at" timestamp with time zone NOT NULL,
	"mac" "bytea" NOT NULL,
	"actor_id" text GENERATED ALWAYS AS (substring(body from '^\{"actor":\{(?:"email":\{"commitment":"[0-9a-f]*"\},)?"id":"([0-9a-f]{8}-[0-9a-f-]{27})"')) STORED,
	"about_id" text GENERATED ALWAYS AS (substring(body from '"(?:recipient|member)":"([0-9a-f]{8}-[0-9a-f-]{27})"')) STORED,
	CONSTRAINT "audit_events_position" UNIQUE("chain_id","sequence"),
	CONSTRAINT "audit_events_hash_size" CHECK (octet_length("audit_events"."hash") = 32),
	CONSTRAINT "audit_events_mac_size" CHECK (octet_length("audit_events"."mac") = 16),
	CONSTRAINT "audit_events_sequence" CHECK ("audit_events"."sequence" >= 0)
);
--> statement-breakpoint
CREATE TABLE "audit_openings" (
	"organization_id" uuid NOT NULL,
	"event_id" uuid PRIMARY KEY NOT NULL,
	"sealed" "bytea" NOT NULL,
	"address_mark" "bytea"
);
--> statement-breakpoint
CREATE TABLE "chain_keys" (
	"organization_id" uuid NOT NULL,
	"chain_id" uuid PRIMARY KEY NOT NULL,
	"wrapped_key" "bytea"
);
--> statement-breakpoint
CREATE TABLE "workspace_keys" (
	"organization_id" uuid PRIMARY KEY NOT NULL,
	"wrapped_key" "bytea" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "bulk_jobs" (
	"organization_id" uuid NOT NULL,
	"id" uuid PRIMARY KEY NOT NULL,
	"owner_id" uuid NOT NULL,
	"source_kind" text NOT NULL,
	"source_id" uuid NOT NULL,
	"source" jsonb NOT NULL,
	"file_name" text NOT NULL,
	"table_sha256" "bytea" NOT NULL,
	"format" text NOT NULL,
	"header" jsonb NOT NULL,
	"mapping" jsonb NOT NULL,
	"state" text NOT NULL,
	"pause_reason" text,
	"per_minute" integer DEFAULT 60 NOT NULL,
	"quiet_hours" jsonb,
	"bounce_percent" integer DEFAULT 5 NOT NULL,
	"reminder_hours" integer DEFAULT 48,
	"allows_repeats" boolean DEFAULT false NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"changed_at" timestamp with time zone NOT NULL,
	"started_at" timestamp with time zone,
	"ended_at" timestamp with time zone,
	CONSTRAINT "bulk_jobs_state" CHECK ("bulk_jobs"."state" in ('preparing', 'running', 'paused', 'cancelled', 'done')),
	CONSTRAINT "bulk_jobs_rate" CHECK ("bulk_jobs"."per_minute" between 1 and 600)
);
--> statement-breakpoint
CREATE TABLE "bulk_mappings" (
	"organization_id" uuid NOT NULL,
	"source_id" uuid NOT NULL,
	"columns" jsonb NOT NULL,
	"saved_at" timestamp with time zone NOT NULL,
	CONSTRAINT "bulk_mappings_organization_id_source_id_pk" PRIMARY KEY("organization_id","source_id")
);
--> statement-breakpoint
CREATE TABLE "bulk_rows" (
	"organization_id" uuid NOT NULL,
	"id" uuid PRIMARY KEY NOT NULL,
	"job_id" uuid NOT NULL,
	"number" integer NOT NULL,
	"line" integer NOT NULL,
	"cells" jsonb,
	"key" "bytea",
	"state" text NOT NULL,
	"problems" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"time_zone" text DEFAULT '' NOT NULL,
	"sent_at" timestamp with time zone,
	"is_invited" boolean DEFAULT false NOT NULL,
	CONSTRAINT "bulk_rows_state" CHECK ("bulk_rows"."state" in ('ready', 'wrong', 'sent', 'cancelled'))
);
--> statement-breakpoint
CREATE TABLE "bulk_sends" (
	"organization_id" uuid NOT NULL,
	"message" text PRIMARY KEY NOT NULL,
	"job_id" uuid NOT NULL,
	"envelope_id" uuid NOT NULL,
	"begun_at" timestamp with time zone NOT NULL,
	"done_at" timestamp with time zone,
	"outcome" text
);
--> statement-breakpoint
CREATE TABLE "capture_rules" (
	"organization_id" uuid NOT NULL,
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"combine" text NOT NULL,
	"conditions" jsonb NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"removed_at" timestamp with time zone,
	CONSTRAINT "capture_rules_combine" CHECK ("capture_rules"."combine" in ('all', 'any'))
);
--> statement-breakpoint
CREATE TABLE "certificate_captures" (
	"organization_id" uuid NOT NULL,
	"certificate_id" uuid PRIMARY KEY NOT NULL,
	"envelope_id" uuid NOT NULL,
	"is_captured" boolean NOT NULL,
	"rule_name" text,
	"reason" text,
	"event_id" uuid NOT NULL,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "certificate_statuses" (
	"organization_id" uuid NOT NULL,
	"sha256" text NOT NULL,
	"source" text NOT NULL,
	"url" text NOT NULL,
	"revoked_at" timestamp with time zone,
	"reason" text,
	"this_update" timestamp with time zone NOT NULL,
	"next_update" timestamp with time zone,
	"asked_at" timestamp with time zone NOT NULL,
	"holds_until" timestamp with time zone NOT NULL,
	"answer_sha256" text NOT NULL,
	"answer" "bytea",
	CONSTRAINT "certificate_statuses_organization_id_sha256_pk" PRIMARY KEY("organization_id","sha256"),
	CONSTRAINT "certificate_statuses_source" CHECK ("certificate_statuses"."source" in ('ocsp', 'crl'))
);
--> statement-breakpoint
CREATE TABLE "presented_certificates" (
	"organization_id" uuid NOT NULL,
	"id" uuid PRIMARY KEY NOT NULL,
	"envelope_id" uuid NOT NULL,
	"recipient_id" uuid NOT NULL,
	"subject" text NOT NULL,
	"issuer" text NOT NULL,
	"serial" text NOT NULL,
	"sha256" text NOT NULL,
	"der" "bytea" NOT NULL,
	"chain_pem" text,
	"search_text" text NOT NULL,
	"not_before" timestamp with time zone NOT NULL,
	"not_after" timestamp with time zone NOT NULL,
	"event_id" uuid NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"attached_by" uuid
);
--> statement-breakpoint
CREATE TABLE "certificate_check_runs" (
	"organization_id" uuid NOT NULL,
	"id" uuid PRIMARY KEY NOT NULL,
	"started_at" timestamp with time zone NOT NULL,
	"started_by" text,
	"source" text NOT NULL,
	"cursor" text,
	"valid" integer DEFAULT 0 NOT NULL,
	"expired" integer DEFAULT 0 NOT NULL,
	"revoked" integer DEFAULT 0 NOT NULL,
	"faulty" integer DEFAULT 0 NOT NULL,
	"unknown" integer DEFAULT 0 NOT NULL,
	"ended_at" timestamp with time zone,
	CONSTRAINT "certificate_check_runs_source" CHECK (source in ('stored', 'registered', 'presented', 'authority'))
);
--> statement-breakpoint
CREATE TABLE "certificate_checks" (
	"organization_id" uuid NOT NULL,
	"run_id" uuid NOT NULL,
	"source" text NOT NULL,
	"certificate_id" uuid NOT NULL,
	"envelope_id" uuid,
	"sha256" text NOT NULL,
	"verdict" text NOT NULL,
	"reasons" jsonb NOT NULL,
	"checked_at" timestamp with time zone NOT NULL,
	CONSTRAINT "certificate_checks_run_id_source_certificate_id_pk" PRIMARY KEY("run_id","source","certificate_id"),
	CONSTRAINT "certificate_checks_verdict" CHECK (verdict in ('valid', 'expired', 'revoked', 'faulty', 'unknown'))
);
--> statement-breakpoint
CREATE TABLE "authentication_policies" (
	"organization_id" uuid PRIMARY KEY NOT NULL,
	"default_check" text,
	"minimum" text,
	"asks_two_factors" boolean DEFAULT false NOT NULL,
	"changed_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "authentication_rules" (
	"organization_id" uuid NOT NULL,
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"minimum" text NOT NULL,
	"conditions" jsonb NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"removed_at" timestamp with time zone,
	CONSTRAINT "authentication_rules_minimum" CHECK ("authentication_rules"."minimum" in ('email-code', 'sms-code', 'second-factor', 'sms-and-second-factor', 'passkey',
        'sso', 'identity-document'))
);
--> statement-breakpoint
CREATE TABLE "authenticators" (
	"organization_id" uuid NOT NULL,
	"person_key" "bytea" NOT NULL,
	"sealed" "bytea" NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"confirmed_at" timestamp with time zone,
	"last_step" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "authenticators_organization_id_person_key_pk" PRIMARY KEY("organization_id","person_key")
);
--> statement-breakpoint
CREATE TABLE "identity_providers" (
	"organization_id" uuid NOT NULL,
	"method" text NOT NULL,
	"demands" jsonb,
	"name" text NOT NULL,
	"issuer" text NOT NULL,
	"client_id" text NOT NULL,
	"sealed_secret" "bytea",
	"secret_changed_at" timestamp with time zone,
	"changed_at" timestamp with time zone NOT NULL,
	"tested_at" timestamp with time zone,
	"failure" text,
	CONSTRAINT "identity_providers_organization_id_method_pk" PRIMARY KEY("organization_id","method"),
	CONSTRAINT "identity_providers_method" CHECK ("identity_providers"."method" in ('sso', 'identity-document'))
);
--> statement-breakpoint
CREATE TABLE "identity_results" (
	"organization_id" uuid NOT NULL,
	"id" uuid PRIMARY KEY NOT NULL,
	"envelope_id" uuid NOT NULL,
	"recipient_id" uuid NOT NULL,
	"method" text NOT NULL,
	"provider" text NOT NULL,
	"issuer" text NOT NULL,
	"subject" text NOT NULL,
	"email" text,
	"name" text,
	"verified" jsonb,
	"context" jsonb NOT NULL,
	"token_sha256" text NOT NULL,
	"event_id" uuid NOT NULL,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "passkeys" (
	"organization_id" uuid NOT NULL,
	"credential_id" "bytea" NOT NULL,
	"person_key" "bytea" NOT NULL,
	"public_key" "bytea" NOT NULL,
	"sign_count" bigint NOT NULL,
	"transports" jsonb NOT NULL,
	"is_synced" boolean NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"used_at" timestamp with time zone NOT NULL,
	CONSTRAINT "passkeys_organization_id_credential_id_pk" PRIMARY KEY("organization_id","credential_id")
);
--> statement-breakpoint
CREATE TABLE "recipient_access_codes" (
	"organization_id" uuid NOT NULL,
	"recipient_id" uuid PRIMARY KEY NOT NULL,
	"code_hash" text NOT NULL,
	"set_at" timestamp with time zone NOT NULL,
	"set_by" uuid NOT NULL
);
--> statement-breakpoint
CREATE TABLE "recipient_checks" (
	"organization_id" uuid NOT NULL,
	"recipient_id" uuid PRIMARY KEY NOT NULL,
	"challenge_id" uuid,
	"method" text,
	"requested_at" timestamp with time zone,
	"code_hash" "bytea",
	"sent_at" timestamp with time zone,
	"expires_at" timestamp with time zone,
	"failure" text,
	"wrong_tries" integer DEFAULT 0 NOT NULL,
	"locked_until" timestamp with time zone,
	"passkey_challenge" "bytea",
	"passkey_purpose" text,
	"passkey_expires_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "recipient_sessions" (
	"organization_id" uuid NOT NULL,
	"session_sha256" "bytea" PRIMARY KEY NOT NULL,
	"token_sha256" "bytea" NOT NULL,
	"recipient_id" uuid NOT NULL,
	"method" text NOT NULL,
	"shown" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"device_sha256" "bytea",
	"checked_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sso_attempts" (
	"organization_id" uuid NOT NULL,
	"state_sha256" "bytea" PRIMARY KEY NOT NULL,
	"recipient_id" uuid NOT NULL,
	"token_sha256" "bytea" NOT NULL,
	"session_sha256" "bytea",
	"device_sha256" "bytea" NOT NULL,
	"method" text NOT NULL,
	"issuer" text NOT NULL,
	"sealed" "bytea" NOT NULL,
	"started_at" timestamp with time zone NOT NULL,
	"used_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "consent_acts" (
	"organization_id" uuid NOT NULL,
	"id" uuid PRIMARY KEY NOT NULL,
	"person_key" "bytea" NOT NULL,
	"email" text NOT NULL,
	"name" text NOT NULL,
	"envelope_id" uuid NOT NULL,
	"recipient_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"mode" text,
	"version" text,
	"locale" text,
	"notice_sha256" text,
	"demonstration" text,
	"detail" text DEFAULT '' NOT NULL,
	"event_id" uuid NOT NULL,
	"at" timestamp with time zone NOT NULL,
	CONSTRAINT "consent_acts_kind" CHECK ("consent_acts"."kind" in ('given', 'withdrawn', 'paper-requested', 'contact-changed'))
);
--> statement-breakpoint
CREATE TABLE "consent_notices" (
	"organization_id" uuid NOT NULL,
	"id" uuid PRIMARY KEY NOT NULL,
	"mode" text NOT NULL,
	"version" text NOT NULL,
	"locale" text NOT NULL,
	"parts" jsonb NOT NULL,
	"body" text DEFAULT '' NOT NULL,
	"sha256" text DEFAULT '' NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"created_by" uuid,
	"published_at" timestamp with time zone,
	"is_material" boolean DEFAULT false NOT NULL,
	"is_told" boolean DEFAULT false NOT NULL,
	"published_by" uuid,
	CONSTRAINT "consent_notices_version" UNIQUE("organization_id","version","locale"),
	CONSTRAINT "consent_notices_mode" CHECK ("consent_notices"."mode" in ('business', 'consumer')),
	CONSTRAINT "consent_notices_published" CHECK ("consent_notices"."published_at" is null or ("consent_notices"."body" <> '' and length("consent_notices"."sha256") = 64))
);
--> statement-breakpoint
CREATE TABLE "notice_trials" (
	"organization_id" uuid NOT NULL,
	"recipient_id" uuid PRIMARY KEY NOT NULL,
	"notice_sha256" text NOT NULL,
	"word" text NOT NULL,
	"choices" jsonb NOT NULL,
	"pdf_sha256" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"passed_at" timestamp with time zone,
	"method" text
);
--> statement-breakpoint
CREATE TABLE "paper_requests" (
	"organization_id" uuid NOT NULL,
	"id" uuid PRIMARY KEY NOT NULL,
	"act_id" uuid NOT NULL,
	"envelope_id" uuid NOT NULL,
	"recipient_id" uuid NOT NULL,
	"requested_at" timestamp with time zone NOT NULL,
	"sent_at" timestamp with time zone,
	"sent_by" uuid
);
--> statement-breakpoint
CREATE TABLE "saved_marks" (
	"organization_id" uuid NOT NULL,
	"id" uuid PRIMARY KEY NOT NULL,
	"person_key" "bytea" NOT NULL,
	"kind" text NOT NULL,
	"method" text NOT NULL,
	"file_key" text NOT NULL,
	"sha256" text NOT NULL,
	"saved_at" timestamp with time zone NOT NULL,
	"removed_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "mail_returns" (
	"organization_id" uuid NOT NULL,
	"token_sha256" "bytea" PRIMARY KEY NOT NULL,
	"envelope_id" uuid NOT NULL,
	"recipient_id" uuid NOT NULL,
	"message" text NOT NULL,
	"kind" text NOT NULL,
	"sent_at" timestamp with time zone NOT NULL,
	"delayed_at" timestamp with time zone,
	"bounced_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "outbox_mails" (
	"organization_id" uuid NOT NULL,
	"id" text PRIMARY KEY NOT NULL,
	"to_name" text NOT NULL,
	"to_address" text NOT NULL,
	"subject" text NOT NULL,
	"html" text NOT NULL,
	"text" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "dispute_files" (
	"organization_id" uuid NOT NULL,
	"id" uuid PRIMARY KEY NOT NULL,
	"envelope_id" uuid NOT NULL,
	"recipient_id" uuid NOT NULL,
	"last_sequence" integer NOT NULL,
	"state" text NOT NULL,
	"file_key" text,
	"sha256" text,
	"size_bytes" bigint,
	"created_at" timestamp with time zone NOT NULL,
	"ready_at" timestamp with time zone,
	CONSTRAINT "dispute_files_state" CHECK ("dispute_files"."state" in ('waiting', 'ready'))
);
--> statement-breakpoint
CREATE TABLE "artifacts" (
	"organization_id" uuid NOT NULL,
	"envelope_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"file_key" text NOT NULL,
	"sha256" text NOT NULL,
	"size_bytes" integer NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "artifacts_envelope_id_kind_pk" PRIMARY KEY("envelope_id","kind")
);
--> statement-breakpoint
CREATE TABLE "certificates" (
	"organization_id" uuid NOT NULL,
	"id" uuid PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"envelope_id" uuid,
	"recipient_id" uuid,
	"authority_id" uuid,
	"chain_pem" text,
	"serial" text NOT NULL,
	"subject" text NOT NULL,
	"issuer" text NOT NULL,
	"sha256" text NOT NULL,
	"der" "bytea" NOT NULL,
	"search_text" text NOT NULL,
	"not_before" timestamp with time zone NOT NULL,
	"not_after" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "certificates_issuer" CHECK (("certificates"."authority_id" is null) = ("certificates"."chain_pem" is not null))
);
--> statement-breakpoint
CREATE TABLE "document_revisions" (
	"organization_id" uuid NOT NULL,
	"document_id" uuid NOT NULL,
	"number" integer NOT NULL,
	"kind" text NOT NULL,
	"file_key" text NOT NULL,
	"file_sha256" text NOT NULL,
	"sha256" text NOT NULL,
	"size_bytes" integer NOT NULL,
	"recipient_id" uuid,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "document_revisions_document_id_number_pk" PRIMARY KEY("document_id","number")
);
--> statement-breakpoint
CREATE TABLE "document_sources" (
	"organization_id" uuid NOT NULL,
	"document_id" uuid NOT NULL,
	"position" integer NOT NULL,
	"name" text NOT NULL,
	"media_type" text NOT NULL,
	"file_key" text NOT NULL,
	"sha256" text NOT NULL,
	"size_bytes" integer NOT NULL,
	"converted_by" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "document_sources_document_id_position_pk" PRIMARY KEY("document_id","position")
);
--> statement-breakpoint
CREATE TABLE "documents" (
	"organization_id" uuid NOT NULL,
	"id" uuid PRIMARY KEY NOT NULL,
	"envelope_id" uuid NOT NULL,
	"position" integer NOT NULL,
	"name" text NOT NULL,
	"pages" jsonb NOT NULL,
	"changes" jsonb NOT NULL,
	"flattens_signatures" boolean DEFAULT false NOT NULL,
	"keeps_signatures" boolean DEFAULT false NOT NULL,
	"earlier_signatures" jsonb,
	"holds_health" boolean NOT NULL,
	"preview_key" text NOT NULL,
	"preview_sha256" text NOT NULL,
	"origin" jsonb,
	"created_at" timestamp with time zone NOT NULL,
	"removed_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "envelopes" (
	"organization_id" uuid NOT NULL,
	"id" uuid PRIMARY KEY NOT NULL,
	"short_id" text NOT NULL,
	"owner_id" uuid NOT NULL,
	"reader_ids" uuid[] DEFAULT '{}'::uuid[] NOT NULL,
	"helper_ids" uuid[] DEFAULT '{}'::uuid[] NOT NULL,
	"title" text NOT NULL,
	"message" text DEFAULT '' NOT NULL,
	"state" text NOT NULL,
	"order" text DEFAULT 'sequential' NOT NULL,
	"level" text NOT NULL,
	"consent_mode" text DEFAULT 'business' NOT NULL,
	"asks_for_every_page" boolean DEFAULT false NOT NULL,
	"signature_kind" text DEFAULT 'here' NOT NULL,
	"signature_provider_id" text DEFAULT '' NOT NULL,
	"mark_limit" text DEFAULT 'any' NOT NULL,
	"expiry_days" integer DEFAULT 90 NOT NULL,
	"rules" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"version" integer DEFAULT 0 NOT NULL,
	"waiting_for" text,
	"waiting_since" timestamp with time zone,
	"created_at" timestamp with time zone NOT NULL,
	"changed_at" timestamp with time zone NOT NULL,
	"sent_at" timestamp with time zone,
	"scheduled_at" timestamp with time zone,
	"scheduled_zone" text,
	"scheduled_by" uuid,
	"schedule_problem" text,
	"prepared_at" timestamp with time zone,
	"expires_at" timestamp with time zone,
	"reminder_hours" integer DEFAULT 48,
	"ended_at" timestamp with time zone,
	"end_reason" text,
	"folder_id" uuid,
	"tags" text[] DEFAULT '{}'::text[] NOT NULL,
	"filed_away_at" timestamp with time zone,
	"deleted_at" timestamp with time zone,
	"held_since" timestamp with time zone,
	"purged_at" timestamp with time zone,
	"is_template" boolean DEFAULT false NOT NULL,
	"template_id" uuid,
	"template_version" integer,
	"sent_class_id" uuid,
	"class_id" uuid,
	"counsel_confirmation" jsonb,
	CONSTRAINT "envelopes_short_id_unique" UNIQUE("short_id"),
	CONSTRAINT "envelopes_state" CHECK ("envelopes"."state" in ('draft', 'sent', 'sealing', 'completed', 'declined', 'voided', 'expired')),
	CONSTRAINT "envelopes_signature_kind" CHECK ("envelopes"."signature_kind" in ('here', 'advanced', 'qualified')),
	CONSTRAINT "envelopes_consent_mode" CHECK ("envelopes"."consent_mode" in ('business', 'consumer'))
);
--> statement-breakpoint
CREATE TABLE "field_files" (
	"organization_id" uuid NOT NULL,
	"id" uuid PRIMARY KEY NOT NULL,
	"envelope_id" uuid NOT NULL,
	"field_id" uuid NOT NULL,
	"name" text NOT NULL,
	"media_type" text NOT NULL,
	"size_bytes" integer NOT NULL,
	"sha256" text NOT NULL,
	"file_key" text NOT NULL,
	"pixels_key" text,
	"width_px" integer,
	"height_px" integer,
	"added_at" timestamp with time zone NOT NULL,
	"kit_id" uuid
);
--> statement-breakpoint
CREATE TABLE "field_values" (
	"organization_id" uuid NOT NULL,
	"field_id" uuid PRIMARY KEY NOT NULL,
	"value" text NOT NULL,
	"sealed_key" text,
	"sealed_sha256" text,
	"saved_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "fields" (
	"organization_id" uuid NOT NULL,
	"id" uuid PRIMARY KEY NOT NULL,
	"envelope_id" uuid NOT NULL,
	"document_id" uuid NOT NULL,
	"recipient_id" uuid NOT NULL,
	"type" text NOT NULL,
	"page" integer NOT NULL,
	"x" double precision NOT NULL,
	"y" double precision NOT NULL,
	"width" double precision NOT NULL,
	"height" double precision NOT NULL,
	"label" text DEFAULT '' NOT NULL,
	"is_required" boolean NOT NULL,
	"settings" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"edited_value" text,
	"is_locked" boolean DEFAULT false NOT NULL,
	CONSTRAINT "fields_type" CHECK ("fields"."type" in (
        'signature', 'initials', 'stamp', 'date', 'name', 'forename', 'surname', 'title', 'company',
        'text', 'cells', 'day', 'number', 'amount', 'email', 'phone', 'ssn', 'ein', 'zip',
        'pattern', 'checkbox', 'radio', 'dropdown', 'attachment', 'image', 'payment', 'formula',
        'link', 'note', 'approve', 'decline')),
	CONSTRAINT "fields_on_page" CHECK ("fields"."x" >= 0 and "fields"."y" >= 0 and "fields"."width" > 0 and "fields"."height" > 0
        and "fields"."x" + "fields"."width" <= 1.000001 and "fields"."y" + "fields"."height" <= 1.000001)
);
--> statement-breakpoint
CREATE TABLE "hand_overs" (
	"organization_id" uuid NOT NULL,
	"id" uuid PRIMARY KEY NOT NULL,
	"envelope_id" uuid NOT NULL,
	"recipient_id" uuid NOT NULL,
	"purpose" text NOT NULL,
	"field_id" uuid,
	"sealed_link" "bytea",
	"code_sha256" "bytea" NOT NULL,
	"match" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"claim_sha256" "bytea",
	"claimed_at" timestamp with time zone,
	"strokes" jsonb NOT NULL,
	"done_at" timestamp with time zone,
	"ended_at" timestamp with time zone,
	CONSTRAINT "hand_overs_code_sha256_unique" UNIQUE("code_sha256"),
	CONSTRAINT "hand_overs_purpose" CHECK ("hand_overs"."purpose" in ('signature', 'file', 'page')),
	CONSTRAINT "hand_overs_field" CHECK (("hand_overs"."purpose" = 'file') = ("hand_overs"."field_id" is not null))
);
--> statement-breakpoint
CREATE TABLE "hosted_links" (
	"organization_id" uuid NOT NULL,
	"id" uuid PRIMARY KEY NOT NULL,
	"envelope_id" uuid NOT NULL,
	"recipient_id" uuid NOT NULL,
	"token_sha256" "bytea" NOT NULL,
	"made_by" uuid NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"revoked_at" timestamp with time zone,
	CONSTRAINT "hosted_links_token_sha256_unique" UNIQUE("token_sha256")
);
--> statement-breakpoint
CREATE TABLE "marks" (
	"organization_id" uuid NOT NULL,
	"id" uuid PRIMARY KEY NOT NULL,
	"recipient_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"method" text NOT NULL,
	"content" jsonb NOT NULL,
	"file_key" text,
	"sha256" text NOT NULL,
	"adopted_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "page_images" (
	"organization_id" uuid NOT NULL,
	"document_id" uuid NOT NULL,
	"revision" integer NOT NULL,
	"page" integer NOT NULL,
	"width_px" integer NOT NULL,
	"height_px" integer NOT NULL,
	"file_key" text NOT NULL,
	"sha256" text NOT NULL,
	"renderer" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "page_images_document_id_revision_page_width_px_pk" PRIMARY KEY("document_id","revision","page","width_px")
);
--> statement-breakpoint
CREATE TABLE "recipient_tokens" (
	"organization_id" uuid NOT NULL,
	"token_sha256" "bytea" PRIMARY KEY NOT NULL,
	"recipient_id" uuid NOT NULL,
	"kiosk_session_id" uuid,
	"created_at" timestamp with time zone NOT NULL,
	"ended_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "recipients" (
	"organization_id" uuid NOT NULL,
	"id" uuid PRIMARY KEY NOT NULL,
	"envelope_id" uuid NOT NULL,
	"position" integer NOT NULL,
	"order" integer NOT NULL,
	"role" text NOT NULL,
	"name" text NOT NULL,
	"email" text NOT NULL,
	"role_name" text DEFAULT '' NOT NULL,
	"check_method" text DEFAULT 'none' NOT NULL,
	"further_checks" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"phone" text DEFAULT '' NOT NULL,
	"language" text DEFAULT '' NOT NULL,
	"meaning" text DEFAULT '' NOT NULL,
	"chosen_language" text,
	"state" text DEFAULT 'waiting' NOT NULL,
	"alternative_to" uuid,
	"named_by" uuid,
	"only_if" jsonb,
	"witness_of" uuid,
	"host_id" uuid,
	"is_given_link" boolean DEFAULT false NOT NULL,
	"note" text DEFAULT '' NOT NULL,
	"on_behalf_of" text DEFAULT '' NOT NULL,
	"answer_days" integer,
	"answer_until" timestamp with time zone,
	"due_at" timestamp with time zone,
	"lapsed_at" timestamp with time zone,
	"hidden_documents" uuid[] DEFAULT '{}'::uuid[] NOT NULL,
	"is_check_locked" boolean DEFAULT false NOT NULL,
	"delegated_from" uuid,
	"notified_at" timestamp with time zone,
	"opened_at" timestamp with time zone,
	"reminded_at" timestamp with time zone,
	"reminder_held_at" timestamp with time zone,
	"viewed_at" timestamp with time zone,
	"consented_at" timestamp with time zone,
	"consent_notice" text,
	"finished_at" timestamp with time zone,
	"declined_at" timestamp with time zone,
	"decline_reason" text,
	"finished_event_id" uuid,
	"signed_at" timestamp with time zone,
	"first_revision" integer,
	CONSTRAINT "recipients_check" CHECK ("recipients"."check_method" in ('none', 'email-code', 'sms-code', 'access-code', 'authenticator', 'second-factor',
        'sms-and-second-factor', 'passkey', 'sso', 'identity-document')),
	CONSTRAINT "recipients_meaning" CHECK ("recipients"."meaning" in ('', 'authorship', 'review', 'approval', 'responsibility')),
	CONSTRAINT "recipients_role" CHECK ("recipients"."role" in ('signer', 'witness', 'notary', 'editor', 'approver', 'viewer', 'copy')),
	CONSTRAINT "recipients_state" CHECK ("recipients"."state" in ('waiting', 'notified', 'viewed', 'consented', 'finished', 'declined', 'delegated', 'released', 'skipped')),
	CONSTRAINT "recipients_answer_days" CHECK ("recipients"."answer_days" between 1 and 365)
);
--> statement-breakpoint
CREATE TABLE "signing_keys" (
	"organization_id" uuid NOT NULL,
	"id" uuid PRIMARY KEY NOT NULL,
	"provider" text NOT NULL,
	"key_id" text NOT NULL,
	"algorithm" text NOT NULL,
	"certificate_id" uuid NOT NULL,
	"is_active" boolean NOT NULL,
	"is_standby" boolean DEFAULT false NOT NULL,
	"is_chosen" boolean DEFAULT false NOT NULL,
	"test_id" uuid NOT NULL,
	"is_tested" boolean NOT NULL,
	"blocked_at" timestamp with time zone,
	"replaced_at" timestamp with time zone,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "signing_keys_tested" CHECK (is_tested or not is_active)
);
--> statement-breakpoint
CREATE TABLE "signing_steps" (
	"organization_id" uuid NOT NULL,
	"id" uuid PRIMARY KEY NOT NULL,
	"envelope_id" uuid NOT NULL,
	"document_id" uuid NOT NULL,
	"revision" integer NOT NULL,
	"kind" text NOT NULL,
	"recipient_id" uuid,
	"certificate_id" uuid,
	"base_sha256" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"seed" "bytea" NOT NULL,
	"done_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "custody_wordings" (
	"organization_id" uuid NOT NULL,
	"id" uuid PRIMARY KEY NOT NULL,
	"number" integer NOT NULL,
	"parts" jsonb NOT NULL,
	"sha256" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"created_by" uuid NOT NULL,
	CONSTRAINT "custody_wordings_once" UNIQUE("organization_id","number"),
	CONSTRAINT "custody_wordings_number" CHECK ("custody_wordings"."number" > 1)
);
--> statement-breakpoint
CREATE TABLE "evidence_packages" (
	"organization_id" uuid NOT NULL,
	"id" uuid PRIMARY KEY NOT NULL,
	"envelope_id" uuid NOT NULL,
	"variant" text NOT NULL,
	"bates_prefix" text DEFAULT '' NOT NULL,
	"last_sequence" integer NOT NULL,
	"wording_id" uuid,
	"state" text NOT NULL,
	"done" integer DEFAULT 0 NOT NULL,
	"total" integer DEFAULT 0 NOT NULL,
	"seal_ocsp" "bytea",
	"root_crl" "bytea",
	"manifest" text,
	"manifest_cms" "bytea",
	"manifest_timestamp" "bytea",
	"asic_cms" "bytea",
	"file_key" text,
	"sha256" text,
	"size_bytes" bigint,
	"created_at" timestamp with time zone NOT NULL,
	"ready_at" timestamp with time zone,
	CONSTRAINT "evidence_packages_state" CHECK ("evidence_packages"."state" in ('waiting', 'building', 'ready')),
	CONSTRAINT "evidence_packages_variant" CHECK ("evidence_packages"."variant" in ('full', 'redacted'))
);
--> statement-breakpoint
CREATE TABLE "contacts" (
	"organization_id" uuid NOT NULL,
	"member_id" uuid NOT NULL,
	"email" text NOT NULL,
	"name" text NOT NULL,
	"company" text DEFAULT '' NOT NULL,
	"phone" text DEFAULT '' NOT NULL,
	"language" text DEFAULT '' NOT NULL,
	"check_method" text DEFAULT '' NOT NULL,
	"lost_at" timestamp with time zone,
	"lost_cause" text,
	"groups" text[] DEFAULT '{}'::text[] NOT NULL,
	"searched" text NOT NULL,
	"last_envelope_id" uuid,
	"used_at" timestamp with time zone NOT NULL,
	CONSTRAINT "contacts_member_id_email_pk" PRIMARY KEY("member_id","email")
);
--> statement-breakpoint
CREATE TABLE "document_texts" (
	"organization_id" uuid NOT NULL,
	"document_id" uuid PRIMARY KEY NOT NULL,
	"envelope_id" uuid NOT NULL,
	"text" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "editing_windows" (
	"organization_id" uuid NOT NULL,
	"envelope_id" uuid NOT NULL,
	"window_id" uuid NOT NULL,
	"member_id" uuid NOT NULL,
	"seen_at" timestamp with time zone NOT NULL,
	CONSTRAINT "editing_windows_envelope_id_window_id_pk" PRIMARY KEY("envelope_id","window_id")
);
--> statement-breakpoint
CREATE TABLE "envelope_texts" (
	"organization_id" uuid NOT NULL,
	"envelope_id" uuid PRIMARY KEY NOT NULL,
	"words" "tsvector" NOT NULL,
	"amount" numeric
);
--> statement-breakpoint
CREATE TABLE "folders" (
	"organization_id" uuid NOT NULL,
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"team_id" uuid,
	"access" text,
	"parent_id" uuid,
	"created_by" uuid NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"removed_at" timestamp with time zone,
	CONSTRAINT "folders_shared" CHECK (("folders"."team_id" is null) = ("folders"."access" is null) and "folders"."access" in ('read', 'act'))
);
--> statement-breakpoint
CREATE TABLE "saved_filters" (
	"organization_id" uuid NOT NULL,
	"member_id" uuid NOT NULL,
	"name" text NOT NULL,
	"wish" jsonb NOT NULL,
	"saved_at" timestamp with time zone NOT NULL,
	CONSTRAINT "saved_filters_member_id_name_pk" PRIMARY KEY("member_id","name")
);
--> statement-breakpoint
CREATE TABLE "search_pending" (
	"organization_id" uuid NOT NULL,
	"envelope_id" uuid PRIMARY KEY NOT NULL,
	"queued_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "form_import_rows" (
	"organization_id" uuid NOT NULL,
	"import_id" uuid NOT NULL,
	"line" integer NOT NULL,
	"cells" jsonb NOT NULL,
	"problems" jsonb NOT NULL,
	CONSTRAINT "form_import_rows_import_id_line_pk" PRIMARY KEY("import_id","line")
);
--> statement-breakpoint
CREATE TABLE "form_imports" (
	"organization_id" uuid NOT NULL,
	"id" uuid PRIMARY KEY NOT NULL,
	"member_id" uuid NOT NULL,
	"file_name" text NOT NULL,
	"format" text NOT NULL,
	"table_sha256" "bytea" NOT NULL,
	"header" jsonb NOT NULL,
	"added" integer NOT NULL,
	"changed" integer NOT NULL,
	"same" integer NOT NULL,
	"new_editions" integer NOT NULL,
	"wrong" integer NOT NULL,
	"created_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "form_packages" (
	"organization_id" uuid NOT NULL,
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"created_by" uuid NOT NULL,
	"form_ids" jsonb NOT NULL,
	"values" jsonb NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"changed_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "library_forms" (
	"organization_id" uuid NOT NULL,
	"id" uuid PRIMARY KEY NOT NULL,
	"key" text NOT NULL,
	"title" text NOT NULL,
	"sort_title" text NOT NULL,
	"number" text NOT NULL,
	"agency" text NOT NULL,
	"jurisdiction" text NOT NULL,
	"subject" text NOT NULL,
	"kind" text NOT NULL,
	"keywords" text NOT NULL,
	"source" text NOT NULL,
	"edition" text NOT NULL,
	"edition_on" date NOT NULL,
	"checked_on" date,
	"checked_by" uuid,
	"file_name" text NOT NULL,
	"expected_sha256" text,
	"file_key" text,
	"file_sha256" text,
	"file_size_bytes" integer,
	"file_added_at" timestamp with time zone,
	"file_added_by" uuid,
	"words" "tsvector" NOT NULL,
	"changed_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "members" (
	"organization_id" uuid NOT NULL,
	"id" uuid PRIMARY KEY NOT NULL,
	"account_id" uuid NOT NULL,
	"role" text NOT NULL,
	"team_id" uuid,
	"leads_team" boolean DEFAULT false NOT NULL,
	"list_columns" text[],
	"muted_mails" text[] DEFAULT '{}' NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"removed_at" timestamp with time zone,
	CONSTRAINT "members_role" CHECK ("members"."role" in ('owner', 'admin', 'sender', 'counsel', 'viewer'))
);
--> statement-breakpoint
CREATE TABLE "organizations" (
	"organization_id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"settings" jsonb NOT NULL,
	"staging_of" uuid,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "organizations_staging_name" CHECK ("organizations"."staging_of" is null or "organizations"."name" like 'TEST %')
);
--> statement-breakpoint
CREATE TABLE "accounts" (
	"id" uuid PRIMARY KEY NOT NULL,
	"email" text NOT NULL,
	"name" text NOT NULL,
	"password_hash" text,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "accounts_email_unique" UNIQUE("email"),
	CONSTRAINT "accounts_email_lower" CHECK ("accounts"."email" = lower("accounts"."email"))
);
--> statement-breakpoint
CREATE TABLE "authorities" (
	"id" uuid PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"subject" text NOT NULL,
	"issuer" text NOT NULL,
	"serial" text NOT NULL,
	"certificate_der" "bytea" NOT NULL,
	"certificate_sha256" text NOT NULL,
	"issuer_id" uuid,
	"key_provider" text NOT NULL,
	"key_id" text NOT NULL,
	"not_before" timestamp with time zone NOT NULL,
	"not_after" timestamp with time zone NOT NULL,
	"is_active" boolean NOT NULL,
	"serials_reserved" integer DEFAULT 0 NOT NULL,
	"key_removed_at" timestamp with time zone,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "authorities_kind" CHECK ("authorities"."kind" in ('root', 'cross', 'issuing', 'tsa', 'ocsp', 'log'))
);
--> statement-breakpoint
CREATE TABLE "issued_serials" (
	"authority_id" uuid NOT NULL,
	"serial" text NOT NULL,
	"profile" text NOT NULL,
	"certificate_sha256" text,
	"intended_at" timestamp with time zone NOT NULL,
	"not_after" timestamp with time zone NOT NULL,
	"revoked_at" timestamp with time zone,
	"revocation_reason" text,
	"invalid_since" timestamp with time zone,
	"partition" integer DEFAULT 0 NOT NULL,
	CONSTRAINT "issued_serials_authority_id_serial_pk" PRIMARY KEY("authority_id","serial")
);
--> statement-breakpoint
CREATE TABLE "login_tokens" (
	"token_sha256" "bytea" PRIMARY KEY NOT NULL,
	"purpose" text NOT NULL,
	"account_id" uuid NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "published_crls" (
	"authority_id" uuid NOT NULL,
	"partition" integer NOT NULL,
	"number" integer NOT NULL,
	"revoked_count" integer NOT NULL,
	"der" "bytea" NOT NULL,
	"this_update" timestamp with time zone NOT NULL,
	"next_update" timestamp with time zone NOT NULL,
	CONSTRAINT "published_crls_authority_id_partition_number_pk" PRIMARY KEY("authority_id","partition","number")
);
--> statement-breakpoint
CREATE TABLE "published_ocsp_responses" (
	"authority_id" uuid NOT NULL,
	"serial" text NOT NULL,
	"der" "bytea" NOT NULL,
	"this_update" timestamp with time zone NOT NULL,
	"next_update" timestamp with time zone NOT NULL,
	CONSTRAINT "published_ocsp_responses_authority_id_serial_pk" PRIMARY KEY("authority_id","serial")
);
--> statement-breakpoint
CREATE TABLE "rate_limits" (
	"key" text NOT NULL,
	"window_start" timestamp with time zone NOT NULL,
	"count" integer NOT NULL,
	CONSTRAINT "rate_limits_key_window_start_pk" PRIMARY KEY("key","window_start")
);
--> statement-breakpoint
CREATE TABLE "sealed_keys" (
	"id" text PRIMARY KEY NOT NULL,
	"algorithm" text NOT NULL,
	"sealed" "bytea" NOT NULL,
	"created_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sessions" (
	"id" uuid PRIMARY KEY NOT NULL,
	"account_id" uuid NOT NULL,
	"current_organization_id" uuid,
	"method" text NOT NULL,
	"ip" text NOT NULL,
	"user_agent" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"last_seen_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"ended_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "settings" (
	"key" text PRIMARY KEY NOT NULL,
	"value" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sign_in_failures" (
	"address_sha256" "bytea" PRIMARY KEY NOT NULL,
	"failed_attempts" integer NOT NULL,
	"locked_until" timestamp with time zone,
	"last_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "site_certificates" (
	"host" text PRIMARY KEY NOT NULL,
	"der" "bytea",
	"refusal" text,
	"checked_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "key_backups" (
	"organization_id" uuid NOT NULL,
	"id" uuid PRIMARY KEY NOT NULL,
	"file_key" text NOT NULL,
	"sha256" text NOT NULL,
	"size_bytes" integer NOT NULL,
	"wrapped_keys" integer NOT NULL,
	"other_keys" integer NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"destroy_at" timestamp with time zone NOT NULL,
	"destroyed_at" timestamp with time zone,
	"drilled_at" timestamp with time zone,
	"drilled_by" text,
	"checks" jsonb
);
--> statement-breakpoint
CREATE TABLE "standby_keys" (
	"organization_id" uuid NOT NULL,
	"id" uuid PRIMARY KEY NOT NULL,
	"provider" text NOT NULL,
	"state" text NOT NULL,
	"signing_key_id" uuid,
	"checks" jsonb NOT NULL,
	"accepts_own_issuer" boolean DEFAULT false NOT NULL,
	"instead_of_id" uuid,
	"since" timestamp with time zone,
	"member_name" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "standby_keys_state" CHECK (state in ('making', 'ready', 'failed', 'standing-in', 'retired')),
	CONSTRAINT "standby_keys_place" CHECK ((state = 'standing-in') = (instead_of_id is not null))
);
--> statement-breakpoint
CREATE TABLE "custody_records" (
	"organization_id" uuid NOT NULL,
	"export_id" uuid NOT NULL,
	"sequence" integer NOT NULL,
	"body" text NOT NULL,
	"previous_hash" "bytea" NOT NULL,
	"hash" "bytea" NOT NULL,
	CONSTRAINT "custody_records_export_id_sequence_pk" PRIMARY KEY("export_id","sequence")
);
--> statement-breakpoint
CREATE TABLE "custody_signatures" (
	"organization_id" uuid NOT NULL,
	"export_id" uuid NOT NULL,
	"sequence" integer NOT NULL,
	"side" text NOT NULL,
	"line_hash" "bytea" NOT NULL,
	"member_id" uuid NOT NULL,
	"member_name" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	CONSTRAINT "custody_signatures_export_id_sequence_side_pk" PRIMARY KEY("export_id","sequence","side"),
	CONSTRAINT "custody_signatures_side" CHECK (side in ('released', 'received'))
);
--> statement-breakpoint
CREATE TABLE "key_exports" (
	"organization_id" uuid NOT NULL,
	"id" uuid PRIMARY KEY NOT NULL,
	"signing_key_id" uuid NOT NULL,
	"reason" text NOT NULL,
	"purpose" text NOT NULL,
	"format" text NOT NULL,
	"runbook_version" integer NOT NULL,
	"runbook_sha256" text NOT NULL,
	"destination" text NOT NULL,
	"sftp_place_id" uuid,
	"delivery_refusal" text,
	"contract" text NOT NULL,
	"requested_by" uuid NOT NULL,
	"recipient_id" uuid NOT NULL,
	"requested_at" timestamp with time zone NOT NULL,
	"approved_by_it" uuid,
	"approved_by_legal" uuid,
	"approved_at" timestamp with time zone,
	"refused_by" uuid,
	"refused_at" timestamp with time zone,
	"refusal" text,
	"built_at" timestamp with time zone,
	"file_key" text,
	"sha256" text,
	"size_bytes" integer,
	"taken_at" timestamp with time zone,
	"received_at" timestamp with time zone,
	"destroyed_at" timestamp with time zone,
	"review_due_at" timestamp with time zone,
	"reviewed_by" uuid,
	"reviewed_at" timestamp with time zone,
	"review" text,
	CONSTRAINT "key_exports_reason" CHECK (reason in ('migration', 'disaster-recovery', 'rotation', 'regulatory-audit')),
	CONSTRAINT "key_exports_format" CHECK (format in ('pfx-chain', 'pfx-certificate')),
	CONSTRAINT "key_exports_said" CHECK (btrim(purpose) <> '' and btrim(destination) <> '' and btrim(contract) <> ''),
	CONSTRAINT "key_exports_it" CHECK (approved_by_it is distinct from requested_by or approved_by_it is null),
	CONSTRAINT "key_exports_legal" CHECK (approved_by_legal is distinct from requested_by or approved_by_legal is null),
	CONSTRAINT "key_exports_two" CHECK (approved_by_it is distinct from approved_by_legal or approved_by_it is null),
	CONSTRAINT "key_exports_approved" CHECK (approved_at is null or (approved_by_it is not null and approved_by_legal is not null)),
	CONSTRAINT "key_exports_built" CHECK (built_at is null or approved_at is not null)
);
--> statement-breakpoint
CREATE TABLE "vault_passphrases" (
	"organization_id" uuid NOT NULL,
	"export_id" uuid PRIMARY KEY NOT NULL,
	"readers" jsonb NOT NULL,
	"file_for" uuid NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"file_key" text,
	"shown_at" timestamp with time zone,
	"shown_to" uuid,
	"destroyed_at" timestamp with time zone,
	CONSTRAINT "vault_passphrases_readers" CHECK (jsonb_array_length(readers) between 1 and 5),
	CONSTRAINT "vault_passphrases_apart" CHECK (not readers @> to_jsonb(file_for::text)),
	CONSTRAINT "vault_passphrases_shown" CHECK (shown_to is null or readers @> to_jsonb(shown_to::text))
);
--> statement-breakpoint
CREATE TABLE "key_provider_states" (
	"provider" text PRIMARY KEY NOT NULL,
	"refusal" text,
	"since" timestamp with time zone,
	"checked_at" timestamp with time zone,
	"makes_seals" boolean DEFAULT false NOT NULL,
	"took_ms" integer,
	"settings" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"claimed_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "key_runbooks" (
	"organization_id" uuid NOT NULL,
	"id" uuid PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"version" integer NOT NULL,
	"people" jsonb NOT NULL,
	"transfer" text NOT NULL,
	"steps" text NOT NULL,
	"note" text NOT NULL,
	"sha256" text NOT NULL,
	"published_by" text NOT NULL,
	"published_at" timestamp with time zone NOT NULL,
	CONSTRAINT "key_runbooks_version" UNIQUE("organization_id","kind","version"),
	CONSTRAINT "key_runbooks_kind" CHECK (kind in ('export', 'import')),
	CONSTRAINT "key_runbooks_said" CHECK (btrim(transfer) <> '' and btrim(steps) <> ''),
	CONSTRAINT "key_runbooks_people" CHECK (jsonb_array_length(people) between 1 and 20)
);
--> statement-breakpoint
CREATE TABLE "key_tests" (
	"organization_id" uuid NOT NULL,
	"id" uuid PRIMARY KEY NOT NULL,
	"subject" uuid NOT NULL,
	"occasion" text NOT NULL,
	"provider" text NOT NULL,
	"algorithm" text NOT NULL,
	"certificate_sha256" text NOT NULL,
	"level" text NOT NULL,
	"document_sha256" text,
	"checks" jsonb NOT NULL,
	"fields" jsonb NOT NULL,
	"is_passed" boolean NOT NULL,
	"event_id" uuid NOT NULL,
	"tested_at" timestamp with time zone NOT NULL,
	CONSTRAINT "key_tests_outcome" UNIQUE("id","is_passed"),
	CONSTRAINT "key_tests_occasion" CHECK (occasion in ('first', 'rotation', 'standby', 'brought'))
);
--> statement-breakpoint
CREATE TABLE "key_uses" (
	"organization_id" uuid NOT NULL,
	"id" uuid PRIMARY KEY NOT NULL,
	"certificate_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"subject_id" uuid NOT NULL,
	"envelope_id" uuid,
	"digest_hex" text NOT NULL,
	"level" text NOT NULL,
	"signed_at" timestamp with time zone NOT NULL,
	CONSTRAINT "key_uses_kind" CHECK (kind in ('audit-trail', 'package', 'dispute-file', 'report', 'key-record', 'destruction', 'program'))
);
--> statement-breakpoint
CREATE TABLE "key_ceremonies" (
	"organization_id" uuid NOT NULL,
	"id" uuid PRIMARY KEY NOT NULL,
	"title" text NOT NULL,
	"place" text NOT NULL,
	"script_name" text NOT NULL,
	"script_version" integer NOT NULL,
	"script_sha256" text NOT NULL,
	"steps" jsonb NOT NULL,
	"people" jsonb NOT NULL,
	"started_at" timestamp with time zone NOT NULL,
	"ended_at" timestamp with time zone,
	"outcome" text,
	CONSTRAINT "key_ceremonies_end" CHECK ((ended_at is null) = (outcome is null))
);
--> statement-breakpoint
CREATE TABLE "key_ceremony_entries" (
	"organization_id" uuid NOT NULL,
	"ceremony_id" uuid NOT NULL,
	"sequence" integer NOT NULL,
	"body" text NOT NULL,
	"previous_hash" "bytea" NOT NULL,
	"hash" "bytea" NOT NULL,
	CONSTRAINT "key_ceremony_entries_ceremony_id_sequence_pk" PRIMARY KEY("ceremony_id","sequence")
);
--> statement-breakpoint
CREATE TABLE "key_notices" (
	"organization_id" uuid NOT NULL,
	"notice" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "key_notices_organization_id_notice_pk" PRIMARY KEY("organization_id","notice")
);
--> statement-breakpoint
CREATE TABLE "key_project_steps" (
	"organization_id" uuid NOT NULL,
	"project_id" uuid NOT NULL,
	"step" text NOT NULL,
	"owner_id" uuid NOT NULL,
	"due_at" timestamp with time zone NOT NULL,
	"done_at" timestamp with time zone,
	"done_by" uuid,
	"is_waived" boolean DEFAULT false NOT NULL,
	"evidence" text,
	CONSTRAINT "key_project_steps_project_id_step_pk" PRIMARY KEY("project_id","step"),
	CONSTRAINT "key_project_steps_done" CHECK ((done_at is null) = (evidence is null))
);
--> statement-breakpoint
CREATE TABLE "key_projects" (
	"organization_id" uuid NOT NULL,
	"id" uuid PRIMARY KEY NOT NULL,
	"title" text NOT NULL,
	"scope" text NOT NULL,
	"authority" text NOT NULL,
	"formats" text NOT NULL,
	"starts_at" timestamp with time zone NOT NULL,
	"created_by" uuid NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"ended_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "key_records" (
	"organization_id" uuid NOT NULL,
	"id" uuid PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"subject_id" uuid NOT NULL,
	"edition" integer NOT NULL,
	"file_key" text NOT NULL,
	"sha256" text NOT NULL,
	"size_bytes" integer NOT NULL,
	"created_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "key_scripts" (
	"organization_id" uuid NOT NULL,
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"version" integer NOT NULL,
	"custodians_needed" integer NOT NULL,
	"steps" jsonb NOT NULL,
	"sha256" text NOT NULL,
	"published_by" text NOT NULL,
	"published_at" timestamp with time zone NOT NULL,
	CONSTRAINT "key_scripts_version" UNIQUE("organization_id","name","version")
);
--> statement-breakpoint
CREATE TABLE "authority_rotations" (
	"organization_id" uuid NOT NULL,
	"id" uuid PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"state" text NOT NULL,
	"cause" text NOT NULL,
	"from_id" uuid NOT NULL,
	"to_id" uuid,
	"checks" jsonb NOT NULL,
	"proof" jsonb,
	"member_name" text,
	"created_at" timestamp with time zone NOT NULL,
	"planned_at" timestamp with time zone,
	"refusal" text,
	"switched_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "expiry_warnings" (
	"organization_id" uuid NOT NULL,
	"sha256" text NOT NULL,
	"days_before" integer NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "expiry_warnings_organization_id_sha256_days_before_pk" PRIMARY KEY("organization_id","sha256","days_before")
);
--> statement-breakpoint
CREATE TABLE "key_owners" (
	"organization_id" uuid NOT NULL,
	"ref" text NOT NULL,
	"member_id" uuid NOT NULL,
	"named_by" uuid NOT NULL,
	"named_at" timestamp with time zone NOT NULL,
	CONSTRAINT "key_owners_organization_id_ref_pk" PRIMARY KEY("organization_id","ref")
);
--> statement-breakpoint
CREATE TABLE "key_policies" (
	"organization_id" uuid PRIMARY KEY NOT NULL,
	"review_months" integer NOT NULL,
	"passphrase_months" integer DEFAULT 12 NOT NULL,
	"standby_after_minutes" integer,
	"backup_every_days" integer,
	"backup_keep_days" integer DEFAULT 90 NOT NULL,
	"least_seal_days" integer DEFAULT 0 NOT NULL,
	"forbids_exportable" boolean DEFAULT false NOT NULL,
	"calendar_sha256" "bytea",
	"calendar_since" timestamp with time zone,
	CONSTRAINT "key_policies_calendar_sha256_unique" UNIQUE("calendar_sha256"),
	CONSTRAINT "key_policies_passphrases" CHECK ("key_policies"."passphrase_months" between 1 and 12),
	CONSTRAINT "key_policies_months" CHECK ("key_policies"."review_months" between 6 and 12),
	CONSTRAINT "key_policies_standby" CHECK ("key_policies"."standby_after_minutes" between 1 and 1440),
	CONSTRAINT "key_policies_backup" CHECK ("key_policies"."backup_every_days" between 1 and 31),
	CONSTRAINT "key_policies_seal_days" CHECK ("key_policies"."least_seal_days" between 0 and 365),
	CONSTRAINT "key_policies_keep" CHECK ("key_policies"."backup_keep_days" between 30 and 90)
);
--> statement-breakpoint
CREATE TABLE "key_reviews" (
	"organization_id" uuid NOT NULL,
	"id" uuid PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"due_at" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"done_at" timestamp with time zone,
	"done_by" text,
	"note" text
);
--> statement-breakpoint
CREATE TABLE "revocations" (
	"organization_id" uuid NOT NULL,
	"id" uuid PRIMARY KEY NOT NULL,
	"certificate_id" uuid,
	"sha256" text NOT NULL,
	"reason" text NOT NULL,
	"note" text NOT NULL,
	"member_id" uuid,
	"member_name" text NOT NULL,
	"revoked_at" timestamp with time zone NOT NULL,
	"invalid_since" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "seal_rotations" (
	"organization_id" uuid NOT NULL,
	"id" uuid PRIMARY KEY NOT NULL,
	"state" text NOT NULL,
	"from_key_id" uuid,
	"choice" jsonb NOT NULL,
	"seal_id" uuid,
	"to_key_id" uuid,
	"checks" jsonb NOT NULL,
	"secured" jsonb,
	"switch_at" timestamp with time zone,
	"overlap_until" timestamp with time zone,
	"proof" jsonb,
	"member_name" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"ended_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "secret_rotations" (
	"organization_id" uuid NOT NULL,
	"id" uuid PRIMARY KEY NOT NULL,
	"ref" text NOT NULL,
	"kind" text NOT NULL,
	"name" text NOT NULL,
	"rotated_at" timestamp with time zone NOT NULL,
	"member_id" uuid NOT NULL,
	"member_name" text NOT NULL,
	"note" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "kiosk_sessions" (
	"organization_id" uuid NOT NULL,
	"id" uuid PRIMARY KEY NOT NULL,
	"envelope_id" uuid,
	"template_id" uuid,
	"template_version" integer,
	"event_title" text DEFAULT '' NOT NULL,
	"host_id" uuid NOT NULL,
	"host_name" text NOT NULL,
	"token_sha256" "bytea" NOT NULL,
	"pin_hash" text NOT NULL,
	"wrong_pins" integer DEFAULT 0 NOT NULL,
	"held_session" "bytea",
	"recipient_id" uuid,
	"started_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"ended_at" timestamp with time zone,
	CONSTRAINT "kiosk_sessions_token_sha256_unique" UNIQUE("token_sha256"),
	CONSTRAINT "kiosk_sessions_about" CHECK ("kiosk_sessions"."envelope_id" is not null or "kiosk_sessions"."template_id" is not null),
	CONSTRAINT "kiosk_sessions_pins" CHECK ("kiosk_sessions"."wrong_pins" between 0 and 5)
);
--> statement-breakpoint
CREATE TABLE "kiosk_visits" (
	"organization_id" uuid NOT NULL,
	"envelope_id" uuid PRIMARY KEY NOT NULL,
	"kiosk_session_id" uuid NOT NULL,
	"recipient_id" uuid NOT NULL,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "backup_runs" (
	"id" uuid PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"started_at" timestamp with time zone NOT NULL,
	"finished_at" timestamp with time zone NOT NULL,
	"name" text,
	"refusal" text,
	"facts" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "log_checkpoints" (
	"size" bigint PRIMARY KEY NOT NULL,
	"note" text NOT NULL,
	"timestamp_token" "bytea" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "log_leaves" (
	"leaf_index" bigint PRIMARY KEY NOT NULL,
	"event_id" uuid NOT NULL,
	"chain_id" uuid NOT NULL,
	"sequence" integer NOT NULL,
	"event_hash" "bytea" NOT NULL,
	CONSTRAINT "log_leaves_event_id_unique" UNIQUE("event_id"),
	CONSTRAINT "log_leaves_hash_size" CHECK (octet_length("log_leaves"."event_hash") = 32)
);
--> statement-breakpoint
CREATE TABLE "log_pending" (
	"position" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "log_pending_position_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"event_id" uuid NOT NULL,
	"chain_id" uuid NOT NULL,
	"sequence" integer NOT NULL,
	"event_hash" "bytea" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "log_status" (
	"id" integer PRIMARY KEY NOT NULL,
	"waiting_for" text,
	"waiting_since" timestamp with time zone,
	"checkpointed_at" timestamp with time zone,
	"check_wanted_at" timestamp with time zone,
	"check_started_at" timestamp with time zone,
	"checked" jsonb,
	CONSTRAINT "log_status_one" CHECK ("log_status"."id" = 1)
);
--> statement-breakpoint
CREATE TABLE "log_tiles" (
	"level" integer NOT NULL,
	"tile_index" bigint NOT NULL,
	"hashes" "bytea" NOT NULL,
	"root" "bytea" NOT NULL,
	CONSTRAINT "log_tiles_level_tile_index_pk" PRIMARY KEY("level","tile_index"),
	CONSTRAINT "log_tiles_size" CHECK (octet_length("log_tiles"."hashes") = 8192 and octet_length("log_tiles"."root") = 32)
);
--> statement-breakpoint
CREATE TABLE "offline_kits" (
	"organization_id" uuid NOT NULL,
	"id" uuid PRIMARY KEY NOT NULL,
	"envelope_id" uuid NOT NULL,
	"recipient_id" uuid NOT NULL,
	"public_key" "bytea" NOT NULL,
	"start" text NOT NULL,
	"documents" jsonb NOT NULL,
	"issued_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"removed_at" timestamp with time zone,
	"removed_by" uuid,
	"changed_at" timestamp with time zone,
	"wiped_at" timestamp with time zone,
	"events" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"synced_at" timestamp with time zone,
	"clock_off_ms" integer,
	"state" text DEFAULT 'open' NOT NULL,
	"reason" text,
	"settled_at" timestamp with time zone,
	"settled_by" uuid,
	"settlement" text,
	"settlement_reason" text,
	"copy_id" uuid,
	CONSTRAINT "offline_kits_state" CHECK ("offline_kits"."state" in ('open', 'done', 'kept')),
	CONSTRAINT "offline_kits_settlement" CHECK (("offline_kits"."settled_at" is null) = ("offline_kits"."settlement" is null)
        and ("offline_kits"."settled_at" is null) = ("offline_kits"."settled_by" is null)
        and ("offline_kits"."settled_at" is null or "offline_kits"."state" = 'kept')
        and ("offline_kits"."settlement" is null or ("offline_kits"."settlement" in ('kept', 'again', 'closed')
          and length(coalesce("offline_kits"."settlement_reason", '')) between 1 and 500)))
);
--> statement-breakpoint
CREATE TABLE "program_authorizations" (
	"organization_id" uuid NOT NULL,
	"id" uuid PRIMARY KEY NOT NULL,
	"program_id" uuid NOT NULL,
	"key_id" uuid NOT NULL,
	"sad_sha256" "bytea",
	"handle_sha256" "bytea",
	"response_sha256" "bytea",
	"response_ends_at" timestamp with time zone,
	"polled_at" timestamp with time zone,
	"approved_by" uuid,
	"algorithm" text NOT NULL,
	"hashes" jsonb NOT NULL,
	"state" text NOT NULL,
	"redeemed_hashes" jsonb,
	"signatures" jsonb,
	"refusal" text,
	"created_at" timestamp with time zone NOT NULL,
	"started_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	CONSTRAINT "program_authorizations_sad_sha256_unique" UNIQUE("sad_sha256"),
	CONSTRAINT "program_authorizations_handle_sha256_unique" UNIQUE("handle_sha256"),
	CONSTRAINT "program_authorizations_response_sha256_unique" UNIQUE("response_sha256"),
	CONSTRAINT "program_authorizations_state" CHECK ("program_authorizations"."state" in ('asked', 'allowed', 'refused', 'open', 'redeemed', 'signing', 'signed', 'failed', 'extended'))
);
--> statement-breakpoint
CREATE TABLE "program_codes" (
	"organization_id" uuid NOT NULL,
	"code_sha256" "bytea" PRIMARY KEY NOT NULL,
	"program_id" uuid NOT NULL,
	"redirect_uri" text NOT NULL,
	"challenge" text NOT NULL,
	"scope" text NOT NULL,
	"key_id" uuid,
	"hashes" jsonb,
	"member_id" uuid NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"used_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "program_keys" (
	"organization_id" uuid NOT NULL,
	"program_id" uuid NOT NULL,
	"key_id" uuid NOT NULL,
	CONSTRAINT "program_keys_program_id_key_id_pk" PRIMARY KEY("program_id","key_id")
);
--> statement-breakpoint
CREATE TABLE "program_tokens" (
	"organization_id" uuid NOT NULL,
	"token_sha256" "bytea" PRIMARY KEY NOT NULL,
	"program_id" uuid NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "programs" (
	"organization_id" uuid NOT NULL,
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"secret_hash" text NOT NULL,
	"scopes" jsonb NOT NULL,
	"per_minute" integer NOT NULL,
	"pin_hash" text,
	"redirect_uri" text,
	"asks_approval" boolean DEFAULT false NOT NULL,
	"challenge_key" text,
	"challenges" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"wrong_pins" integer DEFAULT 0 NOT NULL,
	"is_locked" boolean DEFAULT false NOT NULL,
	"created_by" uuid NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"closed_at" timestamp with time zone,
	CONSTRAINT "programs_per_minute" CHECK ("programs"."per_minute" between 1 and 1000)
);
--> statement-breakpoint
CREATE TABLE "public_link_requests" (
	"organization_id" uuid NOT NULL,
	"id" uuid PRIMARY KEY NOT NULL,
	"link_id" uuid NOT NULL,
	"secret_sha256" "bytea" NOT NULL,
	"name" text NOT NULL,
	"email" text NOT NULL,
	"language" text NOT NULL,
	"email_hash" "bytea" NOT NULL,
	"network_hash" "bytea" NOT NULL,
	"ip" text NOT NULL,
	"challenge_id" uuid NOT NULL,
	"code_hash" "bytea",
	"requested_at" timestamp with time zone NOT NULL,
	"sent_at" timestamp with time zone,
	"expires_at" timestamp with time zone,
	"wrong_tries" integer DEFAULT 0 NOT NULL,
	"confirmed_at" timestamp with time zone,
	"envelope_id" uuid,
	"recipient_id" uuid,
	"started_at" timestamp with time zone,
	"failure" text,
	CONSTRAINT "public_link_requests_secret_sha256_unique" UNIQUE("secret_sha256")
);
--> statement-breakpoint
CREATE TABLE "public_links" (
	"organization_id" uuid NOT NULL,
	"id" uuid PRIMARY KEY NOT NULL,
	"template_id" uuid NOT NULL,
	"token" text NOT NULL,
	"open_role_id" uuid NOT NULL,
	"people" jsonb NOT NULL,
	"owner_id" uuid NOT NULL,
	"most_uses" integer,
	"uses" integer DEFAULT 0 NOT NULL,
	"per_address_a_day" integer NOT NULL,
	"per_network_an_hour" integer NOT NULL,
	"ends_at" timestamp with time zone,
	"created_at" timestamp with time zone NOT NULL,
	"turned_off_at" timestamp with time zone,
	CONSTRAINT "public_links_token_unique" UNIQUE("token"),
	CONSTRAINT "public_links_uses" CHECK ("public_links"."uses" >= 0 and (most_uses is null or uses <= most_uses))
);
--> statement-breakpoint
CREATE TABLE "record_seals" (
	"organization_id" uuid NOT NULL,
	"table_name" text NOT NULL,
	"row_key" text NOT NULL,
	"envelope_id" uuid,
	"row_sha256" "bytea" NOT NULL,
	"event_id" uuid NOT NULL,
	CONSTRAINT "record_seals_organization_id_table_name_row_key_pk" PRIMARY KEY("organization_id","table_name","row_key"),
	CONSTRAINT "record_seals_hash_size" CHECK (octet_length("record_seals"."row_sha256") = 32)
);
--> statement-breakpoint
CREATE TABLE "records_pending" (
	"position" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "records_pending_position_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"organization_id" uuid NOT NULL,
	"table_name" text NOT NULL,
	"row_key" text NOT NULL,
	"envelope_id" uuid,
	"queued_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "row_versions" (
	"organization_id" uuid NOT NULL,
	"table_name" text NOT NULL,
	"row_key" text NOT NULL,
	"version" integer NOT NULL,
	"columns" text NOT NULL,
	"row_sha256" "bytea",
	"event_id" uuid NOT NULL,
	CONSTRAINT "row_versions_organization_id_table_name_row_key_version_pk" PRIMARY KEY("organization_id","table_name","row_key","version"),
	CONSTRAINT "row_versions_hash_size" CHECK (octet_length("row_versions"."row_sha256") = 32)
);
--> statement-breakpoint
CREATE TABLE "key_lookups" (
	"organization_id" uuid PRIMARY KEY NOT NULL,
	"asked_by" uuid NOT NULL,
	"asked_at" timestamp with time zone NOT NULL,
	"provider" text NOT NULL,
	"name" text,
	"answered_at" timestamp with time zone,
	"refusal" text,
	"keys" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "remote_listings" (
	"organization_id" uuid PRIMARY KEY NOT NULL,
	"asked_by" uuid NOT NULL,
	"asked_at" timestamp with time zone NOT NULL,
	"answered_at" timestamp with time zone,
	"refusal" text,
	"host" text,
	"credentials" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "access_review_items" (
	"organization_id" uuid NOT NULL,
	"review_id" uuid NOT NULL,
	"member_id" uuid NOT NULL,
	"name" text NOT NULL,
	"email" text NOT NULL,
	"role" text NOT NULL,
	"since" timestamp with time zone NOT NULL,
	"manager_id" uuid,
	"decision" text,
	"new_role" text,
	"reason" text,
	"decided_by" uuid,
	"decided_at" timestamp with time zone,
	CONSTRAINT "access_review_items_review_id_member_id_pk" PRIMARY KEY("review_id","member_id"),
	CONSTRAINT "access_review_items_decision" CHECK ("access_review_items"."decision" in ('kept', 'removed', 'changed') and ("access_review_items"."decision" = 'changed') = ("access_review_items"."new_role" is not null))
);
--> statement-breakpoint
CREATE TABLE "access_reviews" (
	"organization_id" uuid NOT NULL,
	"id" uuid PRIMARY KEY NOT NULL,
	"opened_by" uuid,
	"opened_at" timestamp with time zone NOT NULL,
	"terms" jsonb NOT NULL,
	"due_on" date NOT NULL,
	"escalated_at" timestamp with time zone,
	"closed_by" uuid,
	"closed_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "report_schedules" (
	"organization_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"cadence" text NOT NULL,
	"recipients" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"review" jsonb,
	"set_by" uuid NOT NULL,
	"set_at" timestamp with time zone NOT NULL,
	CONSTRAINT "report_schedules_organization_id_kind_pk" PRIMARY KEY("organization_id","kind"),
	CONSTRAINT "report_schedules_cadence" CHECK ("report_schedules"."cadence" in ('monthly', 'quarterly'))
);
--> statement-breakpoint
CREATE TABLE "reports" (
	"organization_id" uuid NOT NULL,
	"id" uuid PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"from_day" date NOT NULL,
	"to_day" date NOT NULL,
	"review_id" uuid,
	"is_scheduled" boolean NOT NULL,
	"state" text NOT NULL,
	"row_count" integer,
	"pdf_key" text,
	"pdf_sha256" text,
	"pdf_bytes" bigint,
	"csv_key" text,
	"csv_bytes" bigint,
	"json_key" text,
	"json_bytes" bigint,
	"created_at" timestamp with time zone NOT NULL,
	"ready_at" timestamp with time zone,
	"late_at" timestamp with time zone,
	CONSTRAINT "reports_state" CHECK ("reports"."state" in ('waiting', 'ready'))
);
--> statement-breakpoint
CREATE TABLE "sample_review_items" (
	"organization_id" uuid NOT NULL,
	"review_id" uuid NOT NULL,
	"envelope_id" uuid NOT NULL,
	"position" integer NOT NULL,
	"findings" jsonb,
	"decision" text,
	"note" text,
	"decided_by" uuid,
	"decided_at" timestamp with time zone,
	CONSTRAINT "sample_review_items_review_id_envelope_id_pk" PRIMARY KEY("review_id","envelope_id"),
	CONSTRAINT "sample_review_items_decision" CHECK ("sample_review_items"."decision" in ('holds', 'fails'))
);
--> statement-breakpoint
CREATE TABLE "sample_reviews" (
	"organization_id" uuid NOT NULL,
	"id" uuid PRIMARY KEY NOT NULL,
	"opened_by" uuid NOT NULL,
	"opened_at" timestamp with time zone NOT NULL,
	"out_of" integer NOT NULL,
	"closed_by" uuid,
	"closed_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "contract_ends" (
	"organization_id" uuid NOT NULL,
	"envelope_id" uuid PRIMARY KEY NOT NULL,
	"ends_on" date,
	"field_id" uuid,
	"set_by" uuid NOT NULL,
	"set_at" timestamp with time zone NOT NULL,
	"noted_at" timestamp with time zone,
	CONSTRAINT "contract_ends_one" CHECK (("contract_ends"."ends_on" is null) <> ("contract_ends"."field_id" is null))
);
--> statement-breakpoint
CREATE TABLE "destructions" (
	"organization_id" uuid NOT NULL,
	"id" uuid PRIMARY KEY NOT NULL,
	"approved_by" uuid NOT NULL,
	"approver_role" text NOT NULL,
	"approved_at" timestamp with time zone NOT NULL,
	"file_key" text,
	"sha256" text,
	"size_bytes" integer,
	"certified_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "envelope_keys" (
	"organization_id" uuid NOT NULL,
	"envelope_id" uuid PRIMARY KEY NOT NULL,
	"wrapped_key" "bytea",
	"created_at" timestamp with time zone NOT NULL,
	"destroyed_at" timestamp with time zone,
	CONSTRAINT "envelope_keys_destroyed" CHECK (("envelope_keys"."wrapped_key" is null) = ("envelope_keys"."destroyed_at" is not null))
);
--> statement-breakpoint
CREATE TABLE "envelope_retention" (
	"organization_id" uuid NOT NULL,
	"envelope_id" uuid PRIMARY KEY NOT NULL,
	"class_id" uuid NOT NULL,
	"chosen_by" uuid NOT NULL,
	"chosen_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "held_envelopes" (
	"organization_id" uuid NOT NULL,
	"hold_id" uuid NOT NULL,
	"envelope_id" uuid NOT NULL,
	"held_at" timestamp with time zone NOT NULL,
	CONSTRAINT "held_envelopes_hold_id_envelope_id_pk" PRIMARY KEY("hold_id","envelope_id")
);
--> statement-breakpoint
CREATE TABLE "hold_custodians" (
	"organization_id" uuid NOT NULL,
	"id" uuid PRIMARY KEY NOT NULL,
	"hold_id" uuid NOT NULL,
	"name" text NOT NULL,
	"email" text NOT NULL,
	"added_by" uuid NOT NULL,
	"added_at" timestamp with time zone NOT NULL,
	"asked_at" timestamp with time zone,
	"asked" integer DEFAULT 0 NOT NULL,
	"notices" integer DEFAULT 0 NOT NULL,
	"mailed" integer DEFAULT 0 NOT NULL,
	"refusal" text,
	"acknowledged_at" timestamp with time zone,
	"ended_at" timestamp with time zone,
	CONSTRAINT "hold_custodians_asked" CHECK ("hold_custodians"."acknowledged_at" is null or "hold_custodians"."asked_at" is not null)
);
--> statement-breakpoint
CREATE TABLE "hold_notice_tokens" (
	"organization_id" uuid NOT NULL,
	"token_sha256" "bytea" PRIMARY KEY NOT NULL,
	"custodian_id" uuid NOT NULL,
	"created_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "legal_holds" (
	"organization_id" uuid NOT NULL,
	"id" uuid PRIMARY KEY NOT NULL,
	"matter" text NOT NULL,
	"reason" text NOT NULL,
	"scope" text NOT NULL,
	"query" text NOT NULL,
	"also" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"from_on" date,
	"to_on" date,
	"placed_by" uuid NOT NULL,
	"placed_at" timestamp with time zone NOT NULL,
	"release_asked_by" uuid,
	"release_asked_at" timestamp with time zone,
	"released_by" uuid,
	"released_at" timestamp with time zone,
	"release_reason" text,
	"notice" text,
	CONSTRAINT "legal_holds_scope" CHECK ("legal_holds"."scope" in ('envelope', 'person', 'sender', 'title', 'tag', 'template', 'words', 'days')
        and ("legal_holds"."scope" = 'days') = ("legal_holds"."query" = '')
        and ("legal_holds"."scope" <> 'days' or "legal_holds"."from_on" is not null or "legal_holds"."to_on" is not null)
        and ("legal_holds"."from_on" is null or "legal_holds"."to_on" is null or "legal_holds"."from_on" <= "legal_holds"."to_on")),
	CONSTRAINT "legal_holds_released" CHECK (("legal_holds"."released_at" is null) = ("legal_holds"."released_by" is null)
        and ("legal_holds"."release_asked_at" is null) = ("legal_holds"."release_reason" is null)
        and ("legal_holds"."release_asked_at" is null) = ("legal_holds"."release_asked_by" is null)
        and ("legal_holds"."released_at" is null or "legal_holds"."release_asked_at" is not null))
);
--> statement-breakpoint
CREATE TABLE "purges" (
	"organization_id" uuid NOT NULL,
	"envelope_id" uuid PRIMARY KEY NOT NULL,
	"state" text NOT NULL,
	"action" text DEFAULT 'destroy' NOT NULL,
	"settled_by" uuid,
	"settled_at" timestamp with time zone,
	"handed_to" text,
	"archived_at" timestamp with time zone,
	"due_on" date NOT NULL,
	"queued_at" timestamp with time zone NOT NULL,
	"announced_at" timestamp with time zone,
	"reminded_at" timestamp with time zone,
	"removed_by" uuid,
	"removed_at" timestamp with time zone,
	"remove_reason" text,
	"returns_on" date,
	"reviewed_by" uuid,
	"reviewer_role" text,
	"reviewed_at" timestamp with time zone,
	"destruction_id" uuid,
	"begun_at" timestamp with time zone,
	"key_destroyed_at" timestamp with time zone,
	"files_deleted_at" timestamp with time zone,
	"people_forgotten_at" timestamp with time zone,
	"purged_at" timestamp with time zone,
	CONSTRAINT "purges_state" CHECK ("purges"."state" in ('due', 'removed', 'archived', 'reviewed', 'approved', 'purging', 'purged')),
	CONSTRAINT "purges_settled" CHECK (("purges"."settled_by" is null) = ("purges"."settled_at" is null)),
	CONSTRAINT "purges_let_through" CHECK ("purges"."state" not in ('approved', 'purging', 'purged')
        or ("purges"."reviewed_by" is not null and "purges"."destruction_id" is not null))
);
--> statement-breakpoint
CREATE TABLE "quality_checks" (
	"organization_id" uuid NOT NULL,
	"envelope_id" uuid PRIMARY KEY NOT NULL,
	"findings" jsonb NOT NULL,
	"checked_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "retention_classes" (
	"organization_id" uuid NOT NULL,
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"trigger" text NOT NULL,
	"years" integer NOT NULL,
	"counts_from" text DEFAULT 'end' NOT NULL,
	"action" text DEFAULT 'destroy' NOT NULL,
	"basis" text NOT NULL,
	"least_certificate_days" integer DEFAULT 0 NOT NULL,
	"is_default" boolean DEFAULT false NOT NULL,
	"asked_years" integer,
	"asked_counts_from" text,
	"asked_action" text,
	"asked_by" uuid,
	"created_at" timestamp with time zone NOT NULL,
	"retired_at" timestamp with time zone,
	CONSTRAINT "retention_classes_trigger" CHECK ("retention_classes"."trigger" in ('completion', 'void', 'expiry')),
	CONSTRAINT "retention_classes_counts_from" CHECK ("retention_classes"."counts_from" in ('end', 'last-activity', 'owner-left')
        or ("retention_classes"."counts_from" = 'contract-end' and "retention_classes"."trigger" = 'completion')),
	CONSTRAINT "retention_classes_action" CHECK ("retention_classes"."action" in ('destroy', 'review', 'keep')
        or ("retention_classes"."action" in ('hand-over', 'archive') and "retention_classes"."trigger" = 'completion')),
	CONSTRAINT "retention_classes_certificate_days" CHECK ("retention_classes"."least_certificate_days" between 0 and 365),
	CONSTRAINT "retention_classes_years" CHECK ("retention_classes"."years" between 0 and 100),
	CONSTRAINT "retention_classes_asked" CHECK (num_nulls("retention_classes"."asked_years", "retention_classes"."asked_counts_from", "retention_classes"."asked_action", "retention_classes"."asked_by") in (0, 4)
        and "retention_classes"."asked_years" between 0 and 100)
);
--> statement-breakpoint
CREATE TABLE "retention_rules" (
	"organization_id" uuid NOT NULL,
	"id" uuid PRIMARY KEY NOT NULL,
	"class_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"value" text NOT NULL,
	"added_by" uuid NOT NULL,
	"added_at" timestamp with time zone NOT NULL,
	CONSTRAINT "retention_rules_kind" CHECK ("retention_rules"."kind" in ('template', 'tag', 'person', 'jurisdiction'))
);
--> statement-breakpoint
CREATE TABLE "tombstones" (
	"organization_id" uuid NOT NULL,
	"envelope_id" uuid PRIMARY KEY NOT NULL,
	"destruction_id" uuid NOT NULL,
	"short_id" text NOT NULL,
	"body" text NOT NULL,
	"content" jsonb NOT NULL,
	"created_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "rule_runs" (
	"organization_id" uuid NOT NULL,
	"id" uuid PRIMARY KEY NOT NULL,
	"rule_id" uuid NOT NULL,
	"event_id" uuid NOT NULL,
	"envelope_id" uuid,
	"state" text NOT NULL,
	"detail" text DEFAULT '' NOT NULL,
	"depth" integer NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"next_at" timestamp with time zone,
	"made_envelope_id" uuid,
	"created_at" timestamp with time zone NOT NULL,
	"ended_at" timestamp with time zone,
	CONSTRAINT "rule_runs_state" CHECK ("rule_runs"."state" in ('waiting', 'done', 'failed', 'skipped'))
);
--> statement-breakpoint
CREATE TABLE "workspace_rules" (
	"organization_id" uuid NOT NULL,
	"id" uuid PRIMARY KEY NOT NULL,
	"owner_id" uuid NOT NULL,
	"name" text NOT NULL,
	"event" text NOT NULL,
	"conditions" jsonb NOT NULL,
	"action" jsonb NOT NULL,
	"is_on" boolean NOT NULL,
	"sealed_secret" "bytea",
	"created_at" timestamp with time zone NOT NULL,
	"changed_at" timestamp with time zone NOT NULL,
	"removed_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "brought_seals" (
	"organization_id" uuid NOT NULL,
	"id" uuid PRIMARY KEY NOT NULL,
	"origin" text NOT NULL,
	"state" text NOT NULL,
	"subject" jsonb NOT NULL,
	"algorithm" text NOT NULL,
	"wanted_provider" text,
	"provider" text,
	"key_id" text,
	"public_key" "bytea",
	"request_der" "bytea",
	"certificate_der" "bytea",
	"certificate_sha256" text,
	"chain_pem" text,
	"checks" jsonb,
	"test_id" uuid,
	"test_event_id" uuid,
	"certificate_id" uuid,
	"waiting_for" text,
	"renews" uuid,
	"created_by" uuid,
	"created_at" timestamp with time zone NOT NULL,
	"changed_at" timestamp with time zone NOT NULL,
	CONSTRAINT "brought_seals_origin" CHECK ("brought_seals"."origin" in ('request', 'import', 'remote', 'chosen')),
	CONSTRAINT "brought_seals_state" CHECK ("brought_seals"."state" in ('key-wanted', 'key-made', 'certified', 'tested', 'active', 'replaced', 'dropped')),
	CONSTRAINT "brought_seals_key" CHECK ("brought_seals"."state" in ('key-wanted', 'dropped') or "brought_seals"."key_id" is not null),
	CONSTRAINT "brought_seals_certified" CHECK ("brought_seals"."state" in ('key-wanted', 'key-made', 'dropped') or "brought_seals"."chain_pem" is not null)
);
--> statement-breakpoint
CREATE TABLE "import_keys" (
	"organization_id" uuid NOT NULL,
	"id" uuid PRIMARY KEY NOT NULL,
	"member_id" uuid NOT NULL,
	"sealed" "bytea" NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "registered_certificates" (
	"organization_id" uuid NOT NULL,
	"id" uuid PRIMARY KEY NOT NULL,
	"use" text NOT NULL,
	"subject" text NOT NULL,
	"issuer" text NOT NULL,
	"serial" text NOT NULL,
	"sha256" text NOT NULL,
	"der" "bytea" NOT NULL,
	"search_text" text NOT NULL,
	"not_before" timestamp with time zone NOT NULL,
	"not_after" timestamp with time zone NOT NULL,
	"created_by" uuid,
	"created_at" timestamp with time zone NOT NULL,
	"removed_at" timestamp with time zone,
	CONSTRAINT "registered_certificates_use" CHECK ("registered_certificates"."use" in ('anchor', 'chain'))
);
--> statement-breakpoint
CREATE TABLE "sftp_places" (
	"organization_id" uuid NOT NULL,
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"host" text NOT NULL,
	"port" integer NOT NULL,
	"user_name" text NOT NULL,
	"folder" text NOT NULL,
	"host_key" text NOT NULL,
	"public_line" text NOT NULL,
	"sealed_key" "bytea" NOT NULL,
	"created_by" uuid NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"tried_at" timestamp with time zone,
	"refusal" text,
	"removed_at" timestamp with time zone,
	CONSTRAINT "sftp_places_port" CHECK ("sftp_places"."port" between 1 and 65535)
);
--> statement-breakpoint
CREATE TABLE "authorization_attempts" (
	"organization_id" uuid NOT NULL,
	"state_sha256" "bytea" PRIMARY KEY NOT NULL,
	"recipient_id" uuid NOT NULL,
	"device_sha256" "bytea" NOT NULL,
	"provider_id" uuid NOT NULL,
	"scope" text NOT NULL,
	"bound_sha256" "bytea",
	"sealed" "bytea" NOT NULL,
	"started_at" timestamp with time zone NOT NULL,
	"used_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "signature_policies" (
	"organization_id" uuid PRIMARY KEY NOT NULL,
	"allowed" jsonb NOT NULL,
	"changed_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "signature_providers" (
	"organization_id" uuid NOT NULL,
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"kind" text NOT NULL,
	"url" text NOT NULL,
	"oauth_url" text,
	"client_id" text NOT NULL,
	"sealed_secret" "bytea" NOT NULL,
	"secret_changed_at" timestamp with time zone NOT NULL,
	"log_in" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"changed_at" timestamp with time zone NOT NULL,
	"tested_at" timestamp with time zone,
	"failure" text,
	"removed_at" timestamp with time zone,
	CONSTRAINT "signature_providers_kind" CHECK ("signature_providers"."kind" in ('advanced', 'qualified')),
	CONSTRAINT "signature_providers_log_in" CHECK ("signature_providers"."log_in" in ('person', 'client'))
);
--> statement-breakpoint
CREATE TABLE "signer_authorizations" (
	"organization_id" uuid NOT NULL,
	"recipient_id" uuid PRIMARY KEY NOT NULL,
	"envelope_id" uuid NOT NULL,
	"provider_id" uuid NOT NULL,
	"state" text NOT NULL,
	"sealed_token" "bytea",
	"token_ends_at" timestamp with time zone,
	"offered" jsonb NOT NULL,
	"credential_id" text,
	"certificate_id" uuid,
	"prepared" jsonb,
	"sealed_sad" "bytea",
	"sad_ends_at" timestamp with time zone,
	"signatures" jsonb,
	"problem" text,
	"tries" integer DEFAULT 0 NOT NULL,
	"changed_at" timestamp with time zone NOT NULL,
	CONSTRAINT "signer_authorizations_state" CHECK ("signer_authorizations"."state" in ('listed', 'chosen', 'prepared', 'authorized', 'spent', 'signed'))
);
--> statement-breakpoint
CREATE TABLE "send_approvals" (
	"organization_id" uuid NOT NULL,
	"id" uuid PRIMARY KEY NOT NULL,
	"envelope_id" uuid NOT NULL,
	"draft_sha256" text NOT NULL,
	"state" text NOT NULL,
	"note" text DEFAULT '' NOT NULL,
	"asked_by" uuid NOT NULL,
	"asked_at" timestamp with time zone NOT NULL,
	"decided_by" uuid,
	"decided_at" timestamp with time zone,
	"reason" text DEFAULT '' NOT NULL,
	CONSTRAINT "send_approvals_state" CHECK ("send_approvals"."state" in ('asked', 'approved', 'returned', 'withdrawn'))
);
--> statement-breakpoint
CREATE TABLE "send_duties" (
	"organization_id" uuid NOT NULL,
	"id" uuid PRIMARY KEY NOT NULL,
	"member_id" uuid,
	"team_id" uuid,
	"kind" text NOT NULL,
	"template_id" uuid,
	"class_id" uuid,
	"label" text DEFAULT '' NOT NULL,
	"amount" text DEFAULT '' NOT NULL,
	"created_by" uuid NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "send_duties_kind" CHECK ("send_duties"."kind" in ('every', 'template', 'class', 'health', 'amount')),
	CONSTRAINT "send_duties_whom" CHECK ("send_duties"."member_id" is null or "send_duties"."team_id" is null),
	CONSTRAINT "send_duties_template" CHECK (("send_duties"."kind" = 'template') = ("send_duties"."template_id" is not null)),
	CONSTRAINT "send_duties_class" CHECK (("send_duties"."kind" = 'class') = ("send_duties"."class_id" is not null))
);
--> statement-breakpoint
CREATE TABLE "teams" (
	"organization_id" uuid NOT NULL,
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "template_policies" (
	"organization_id" uuid PRIMARY KEY NOT NULL,
	"asks_for_approval" boolean NOT NULL
);
--> statement-breakpoint
CREATE TABLE "template_versions" (
	"organization_id" uuid NOT NULL,
	"template_id" uuid NOT NULL,
	"number" integer NOT NULL,
	"state" text NOT NULL,
	"content" text NOT NULL,
	"sha256" text NOT NULL,
	"form_id" uuid,
	"form_edition" text,
	"form_edition_on" date,
	"class_id" uuid,
	"submitted_by" uuid NOT NULL,
	"submitted_at" timestamp with time zone NOT NULL,
	"decided_by" uuid,
	"decided_at" timestamp with time zone,
	"note" text DEFAULT '' NOT NULL,
	CONSTRAINT "template_versions_template_id_number_pk" PRIMARY KEY("template_id","number"),
	CONSTRAINT "template_versions_state" CHECK ("template_versions"."state" in ('submitted', 'published', 'returned'))
);
--> statement-breakpoint
CREATE TABLE "templates" (
	"organization_id" uuid NOT NULL,
	"id" uuid PRIMARY KEY NOT NULL,
	"owner_id" uuid NOT NULL,
	"envelope_id" uuid NOT NULL,
	"current_version" integer,
	"form_id" uuid,
	"form_edition" text,
	"form_edition_on" date,
	"team_id" uuid,
	"folder_id" uuid,
	"created_at" timestamp with time zone NOT NULL,
	"changed_at" timestamp with time zone NOT NULL,
	"retired_at" timestamp with time zone,
	CONSTRAINT "templates_envelope_id_unique" UNIQUE("envelope_id")
);
--> statement-breakpoint
CREATE TABLE "trust_list_services" (
	"organization_id" uuid NOT NULL,
	"id" uuid PRIMARY KEY NOT NULL,
	"list_id" uuid NOT NULL,
	"position" integer NOT NULL,
	"use" text NOT NULL,
	"name" text NOT NULL,
	"provider" text NOT NULL,
	"subject" text NOT NULL,
	"certificate_sha256" text NOT NULL,
	"certificate_der" "bytea" NOT NULL,
	"not_after" timestamp with time zone NOT NULL,
	"granted_from" timestamp with time zone,
	"granted_until" timestamp with time zone,
	CONSTRAINT "trust_list_services_use" CHECK ("trust_list_services"."use" in ('signing', 'timestamping'))
);
--> statement-breakpoint
CREATE TABLE "trust_lists" (
	"organization_id" uuid NOT NULL,
	"id" uuid PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"name" text NOT NULL,
	"territory" text,
	"operator" text,
	"sequence" integer,
	"issued_at" timestamp with time zone,
	"next_update_at" timestamp with time zone,
	"sha256" text NOT NULL,
	"signature" jsonb NOT NULL,
	"signer_named_by" text,
	"pointers" jsonb NOT NULL,
	"unreadable" integer NOT NULL,
	"is_offered" boolean NOT NULL,
	"created_by" uuid NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"removed_at" timestamp with time zone,
	CONSTRAINT "trust_lists_kind" CHECK ("trust_lists"."kind" in ('lotl', 'etsi', 'adobe', 'certificates'))
);
--> statement-breakpoint
ALTER TABLE "api_answers" ADD CONSTRAINT "api_answers_key_id_api_keys_id_fk" FOREIGN KEY ("key_id") REFERENCES "public"."api_keys"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "archive_timestamps" ADD CONSTRAINT "archive_timestamps_envelope_id_envelopes_id_fk" FOREIGN KEY ("envelope_id") REFERENCES "public"."envelopes"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "archive_timestamps" ADD CONSTRAINT "archive_timestamps_document_id_documents_id_fk" FOREIGN KEY ("document_id") REFERENCES "public"."documents"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "archived_files" ADD CONSTRAINT "archived_files_envelope_id_envelopes_id_fk" FOREIGN KEY ("envelope_id") REFERENCES "public"."envelopes"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "archived_records" ADD CONSTRAINT "archived_records_place_id_archive_places_id_fk" FOREIGN KEY ("place_id") REFERENCES "public"."archive_places"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "archives" ADD CONSTRAINT "archives_envelope_id_envelopes_id_fk" FOREIGN KEY ("envelope_id") REFERENCES "public"."envelopes"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "archives" ADD CONSTRAINT "archives_place_id_archive_places_id_fk" FOREIGN KEY ("place_id") REFERENCES "public"."archive_places"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "attestations" ADD CONSTRAINT "attestations_recipient_id_recipients_id_fk" FOREIGN KEY ("recipient_id") REFERENCES "public"."recipients"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "audit_openings" ADD CONSTRAINT "audit_openings_event_id_audit_events_id_fk" FOREIGN KEY ("event_id") REFERENCES "public"."audit_events"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bulk_rows" ADD CONSTRAINT "bulk_rows_job_id_bulk_jobs_id_fk" FOREIGN KEY ("job_id") REFERENCES "public"."bulk_jobs"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bulk_sends" ADD CONSTRAINT "bulk_sends_job_id_bulk_jobs_id_fk" FOREIGN KEY ("job_id") REFERENCES "public"."bulk_jobs"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "identity_results" ADD CONSTRAINT "identity_results_recipient_id_recipients_id_fk" FOREIGN KEY ("recipient_id") REFERENCES "public"."recipients"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "recipient_access_codes" ADD CONSTRAINT "recipient_access_codes_recipient_id_recipients_id_fk" FOREIGN KEY ("recipient_id") REFERENCES "public"."recipients"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "recipient_checks" ADD CONSTRAINT "recipient_checks_recipient_id_recipients_id_fk" FOREIGN KEY ("recipient_id") REFERENCES "public"."recipients"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "recipient_sessions" ADD CONSTRAINT "recipient_sessions_recipient_id_recipients_id_fk" FOREIGN KEY ("recipient_id") REFERENCES "public"."recipients"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sso_attempts" ADD CONSTRAINT "sso_attempts_recipient_id_recipients_id_fk" FOREIGN KEY ("recipient_id") REFERENCES "public"."recipients"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "consent_acts" ADD CONSTRAINT "consent_acts_envelope_id_envelopes_id_fk" FOREIGN KEY ("envelope_id") REFERENCES "public"."envelopes"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notice_trials" ADD CONSTRAINT "notice_trials_recipient_id_recipients_id_fk" FOREIGN KEY ("recipient_id") REFERENCES "public"."recipients"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "paper_requests" ADD CONSTRAINT "paper_requests_act_id_consent_acts_id_fk" FOREIGN KEY ("act_id") REFERENCES "public"."consent_acts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "dispute_files" ADD CONSTRAINT "dispute_files_envelope_id_envelopes_id_fk" FOREIGN KEY ("envelope_id") REFERENCES "public"."envelopes"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "dispute_files" ADD CONSTRAINT "dispute_files_recipient_id_recipients_id_fk" FOREIGN KEY ("recipient_id") REFERENCES "public"."recipients"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "artifacts" ADD CONSTRAINT "artifacts_envelope_id_envelopes_id_fk" FOREIGN KEY ("envelope_id") REFERENCES "public"."envelopes"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "document_revisions" ADD CONSTRAINT "document_revisions_document_id_documents_id_fk" FOREIGN KEY ("document_id") REFERENCES "public"."documents"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "document_sources" ADD CONSTRAINT "document_sources_document_id_documents_id_fk" FOREIGN KEY ("document_id") REFERENCES "public"."documents"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "documents" ADD CONSTRAINT "documents_envelope_id_envelopes_id_fk" FOREIGN KEY ("envelope_id") REFERENCES "public"."envelopes"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "field_files" ADD CONSTRAINT "field_files_field_id_fields_id_fk" FOREIGN KEY ("field_id") REFERENCES "public"."fields"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "field_values" ADD CONSTRAINT "field_values_field_id_fields_id_fk" FOREIGN KEY ("field_id") REFERENCES "public"."fields"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "fields" ADD CONSTRAINT "fields_envelope_id_envelopes_id_fk" FOREIGN KEY ("envelope_id") REFERENCES "public"."envelopes"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "hand_overs" ADD CONSTRAINT "hand_overs_recipient_id_recipients_id_fk" FOREIGN KEY ("recipient_id") REFERENCES "public"."recipients"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "hosted_links" ADD CONSTRAINT "hosted_links_recipient_id_recipients_id_fk" FOREIGN KEY ("recipient_id") REFERENCES "public"."recipients"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "marks" ADD CONSTRAINT "marks_recipient_id_recipients_id_fk" FOREIGN KEY ("recipient_id") REFERENCES "public"."recipients"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "page_images" ADD CONSTRAINT "page_images_document_id_documents_id_fk" FOREIGN KEY ("document_id") REFERENCES "public"."documents"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "recipient_tokens" ADD CONSTRAINT "recipient_tokens_recipient_id_recipients_id_fk" FOREIGN KEY ("recipient_id") REFERENCES "public"."recipients"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "recipients" ADD CONSTRAINT "recipients_envelope_id_envelopes_id_fk" FOREIGN KEY ("envelope_id") REFERENCES "public"."envelopes"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "signing_keys" ADD CONSTRAINT "signing_keys_test_id_is_tested_key_tests_id_is_passed_fk" FOREIGN KEY ("test_id","is_tested") REFERENCES "public"."key_tests"("id","is_passed") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "signing_steps" ADD CONSTRAINT "signing_steps_document_id_documents_id_fk" FOREIGN KEY ("document_id") REFERENCES "public"."documents"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "evidence_packages" ADD CONSTRAINT "evidence_packages_envelope_id_envelopes_id_fk" FOREIGN KEY ("envelope_id") REFERENCES "public"."envelopes"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "evidence_packages" ADD CONSTRAINT "evidence_packages_wording_id_custody_wordings_id_fk" FOREIGN KEY ("wording_id") REFERENCES "public"."custody_wordings"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "form_import_rows" ADD CONSTRAINT "form_import_rows_import_id_form_imports_id_fk" FOREIGN KEY ("import_id") REFERENCES "public"."form_imports"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "standby_keys" ADD CONSTRAINT "standby_keys_signing_key_id_signing_keys_id_fk" FOREIGN KEY ("signing_key_id") REFERENCES "public"."signing_keys"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "custody_records" ADD CONSTRAINT "custody_records_export_id_key_exports_id_fk" FOREIGN KEY ("export_id") REFERENCES "public"."key_exports"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "custody_signatures" ADD CONSTRAINT "custody_signatures_export_id_key_exports_id_fk" FOREIGN KEY ("export_id") REFERENCES "public"."key_exports"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "key_exports" ADD CONSTRAINT "key_exports_signing_key_id_signing_keys_id_fk" FOREIGN KEY ("signing_key_id") REFERENCES "public"."signing_keys"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "key_exports" ADD CONSTRAINT "key_exports_sftp_place_id_sftp_places_id_fk" FOREIGN KEY ("sftp_place_id") REFERENCES "public"."sftp_places"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "vault_passphrases" ADD CONSTRAINT "vault_passphrases_export_id_key_exports_id_fk" FOREIGN KEY ("export_id") REFERENCES "public"."key_exports"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "key_ceremony_entries" ADD CONSTRAINT "key_ceremony_entries_ceremony_id_key_ceremonies_id_fk" FOREIGN KEY ("ceremony_id") REFERENCES "public"."key_ceremonies"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "key_project_steps" ADD CONSTRAINT "key_project_steps_project_id_key_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."key_projects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "kiosk_sessions" ADD CONSTRAINT "kiosk_sessions_envelope_id_envelopes_id_fk" FOREIGN KEY ("envelope_id") REFERENCES "public"."envelopes"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "kiosk_visits" ADD CONSTRAINT "kiosk_visits_envelope_id_envelopes_id_fk" FOREIGN KEY ("envelope_id") REFERENCES "public"."envelopes"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "kiosk_visits" ADD CONSTRAINT "kiosk_visits_kiosk_session_id_kiosk_sessions_id_fk" FOREIGN KEY ("kiosk_session_id") REFERENCES "public"."kiosk_sessions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "offline_kits" ADD CONSTRAINT "offline_kits_recipient_id_recipients_id_fk" FOREIGN KEY ("recipient_id") REFERENCES "public"."recipients"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "program_keys" ADD CONSTRAINT "program_keys_program_id_programs_id_fk" FOREIGN KEY ("program_id") REFERENCES "public"."programs"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "public_link_requests" ADD CONSTRAINT "public_link_requests_link_id_public_links_id_fk" FOREIGN KEY ("link_id") REFERENCES "public"."public_links"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "public_links" ADD CONSTRAINT "public_links_template_id_templates_id_fk" FOREIGN KEY ("template_id") REFERENCES "public"."templates"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "record_seals" ADD CONSTRAINT "record_seals_event_id_audit_events_id_fk" FOREIGN KEY ("event_id") REFERENCES "public"."audit_events"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "row_versions" ADD CONSTRAINT "row_versions_event_id_audit_events_id_fk" FOREIGN KEY ("event_id") REFERENCES "public"."audit_events"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "access_review_items" ADD CONSTRAINT "access_review_items_review_id_access_reviews_id_fk" FOREIGN KEY ("review_id") REFERENCES "public"."access_reviews"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sample_review_items" ADD CONSTRAINT "sample_review_items_review_id_sample_reviews_id_fk" FOREIGN KEY ("review_id") REFERENCES "public"."sample_reviews"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "contract_ends" ADD CONSTRAINT "contract_ends_envelope_id_envelopes_id_fk" FOREIGN KEY ("envelope_id") REFERENCES "public"."envelopes"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "envelope_retention" ADD CONSTRAINT "envelope_retention_envelope_id_envelopes_id_fk" FOREIGN KEY ("envelope_id") REFERENCES "public"."envelopes"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "envelope_retention" ADD CONSTRAINT "envelope_retention_class_id_retention_classes_id_fk" FOREIGN KEY ("class_id") REFERENCES "public"."retention_classes"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "held_envelopes" ADD CONSTRAINT "held_envelopes_hold_id_legal_holds_id_fk" FOREIGN KEY ("hold_id") REFERENCES "public"."legal_holds"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "held_envelopes" ADD CONSTRAINT "held_envelopes_envelope_id_envelopes_id_fk" FOREIGN KEY ("envelope_id") REFERENCES "public"."envelopes"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "hold_custodians" ADD CONSTRAINT "hold_custodians_hold_id_legal_holds_id_fk" FOREIGN KEY ("hold_id") REFERENCES "public"."legal_holds"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "hold_notice_tokens" ADD CONSTRAINT "hold_notice_tokens_custodian_id_hold_custodians_id_fk" FOREIGN KEY ("custodian_id") REFERENCES "public"."hold_custodians"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "purges" ADD CONSTRAINT "purges_envelope_id_envelopes_id_fk" FOREIGN KEY ("envelope_id") REFERENCES "public"."envelopes"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "purges" ADD CONSTRAINT "purges_destruction_id_destructions_id_fk" FOREIGN KEY ("destruction_id") REFERENCES "public"."destructions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "quality_checks" ADD CONSTRAINT "quality_checks_envelope_id_envelopes_id_fk" FOREIGN KEY ("envelope_id") REFERENCES "public"."envelopes"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "retention_rules" ADD CONSTRAINT "retention_rules_class_id_retention_classes_id_fk" FOREIGN KEY ("class_id") REFERENCES "public"."retention_classes"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tombstones" ADD CONSTRAINT "tombstones_envelope_id_envelopes_id_fk" FOREIGN KEY ("envelope_id") REFERENCES "public"."envelopes"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tombstones" ADD CONSTRAINT "tombstones_destruction_id_destructions_id_fk" FOREIGN KEY ("destruction_id") REFERENCES "public"."destructions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "rule_runs" ADD CONSTRAINT "rule_runs_rule_id_workspace_rules_id_fk" FOREIGN KEY ("rule_id") REFERENCES "public"."workspace_rules"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "authorization_attempts" ADD CONSTRAINT "authorization_attempts_recipient_id_recipients_id_fk" FOREIGN KEY ("recipient_id") REFERENCES "public"."recipients"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "signer_authorizations" ADD CONSTRAINT "signer_authorizations_recipient_id_recipients_id_fk" FOREIGN KEY ("recipient_id") REFERENCES "public"."recipients"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "send_approvals" ADD CONSTRAINT "send_approvals_envelope_id_envelopes_id_fk" FOREIGN KEY ("envelope_id") REFERENCES "public"."envelopes"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "template_versions" ADD CONSTRAINT "template_versions_template_id_templates_id_fk" FOREIGN KEY ("template_id") REFERENCES "public"."templates"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "templates" ADD CONSTRAINT "templates_envelope_id_envelopes_id_fk" FOREIGN KEY ("envelope_id") REFERENCES "public"."envelopes"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "trust_list_services" ADD CONSTRAINT "trust_list_services_list_id_trust_lists_id_fk" FOREIGN KEY ("list_id") REFERENCES "public"."trust_lists"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "access_reasons_newest" ON "access_reasons" USING btree ("member_id","purpose","given_at");--> statement-breakpoint
CREATE INDEX "business_agreements_list" ON "business_agreements" USING btree ("organization_id","recorded_at");--> statement-breakpoint
CREATE INDEX "api_answers_age" ON "api_answers" USING btree ("organization_id","created_at");--> statement-breakpoint
CREATE INDEX "api_keys_list" ON "api_keys" USING btree ("organization_id","created_at");--> statement-breakpoint
CREATE INDEX "archive_timestamps_due" ON "archive_timestamps" USING btree ("organization_id","until");--> statement-breakpoint
CREATE INDEX "record_stamps_due" ON "record_stamps" USING btree ("organization_id","until");--> statement-breakpoint
CREATE UNIQUE INDEX "archive_places_one" ON "archive_places" USING btree ("organization_id") WHERE removed_at is null;--> statement-breakpoint
CREATE INDEX "archives_list" ON "archives" USING btree ("organization_id","archived_at" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "attestations_envelope" ON "attestations" USING btree ("envelope_id");--> statement-breakpoint
CREATE INDEX "attestations_made" ON "attestations" USING btree ("organization_id","made_at");--> statement-breakpoint
CREATE INDEX "audit_events_newest" ON "audit_events" USING btree ("organization_id","occurred_at","id");--> statement-breakpoint
CREATE INDEX "audit_events_type" ON "audit_events" USING btree ("organization_id","type","occurred_at","id");--> statement-breakpoint
CREATE INDEX "audit_events_hash" ON "audit_events" USING btree ("organization_id","hash");--> statement-breakpoint
CREATE INDEX "audit_events_actor" ON "audit_events" USING btree ("actor_id","occurred_at") WHERE actor_id is not null;--> statement-breakpoint
CREATE INDEX "audit_events_about" ON "audit_events" USING btree ("about_id","occurred_at") WHERE about_id is not null;--> statement-breakpoint
CREATE INDEX "audit_openings_address" ON "audit_openings" USING btree ("organization_id","address_mark") WHERE address_mark is not null;--> statement-breakpoint
CREATE INDEX "bulk_jobs_list" ON "bulk_jobs" USING btree ("organization_id","created_at","id");--> statement-breakpoint
CREATE INDEX "bulk_jobs_table" ON "bulk_jobs" USING btree ("organization_id","table_sha256");--> statement-breakpoint
CREATE INDEX "bulk_jobs_running" ON "bulk_jobs" USING btree ("organization_id") WHERE state = 'running';--> statement-breakpoint
CREATE UNIQUE INDEX "bulk_rows_number" ON "bulk_rows" USING btree ("job_id","number");--> statement-breakpoint
CREATE INDEX "bulk_rows_ready" ON "bulk_rows" USING btree ("job_id","number") WHERE state = 'ready';--> statement-breakpoint
CREATE INDEX "bulk_rows_sent" ON "bulk_rows" USING btree ("job_id","sent_at") WHERE state = 'sent';--> statement-breakpoint
CREATE INDEX "bulk_rows_under_way" ON "bulk_rows" USING btree ("job_id") WHERE state = 'sent' and not is_invited;--> statement-breakpoint
CREATE INDEX "bulk_rows_key" ON "bulk_rows" USING btree ("organization_id","key") WHERE key is not null;--> statement-breakpoint
CREATE INDEX "bulk_sends_window" ON "bulk_sends" USING btree ("job_id","done_at");--> statement-breakpoint
CREATE INDEX "bulk_sends_organization" ON "bulk_sends" USING btree ("organization_id","done_at");--> statement-breakpoint
CREATE INDEX "bulk_sends_envelope" ON "bulk_sends" USING btree ("envelope_id");--> statement-breakpoint
CREATE INDEX "capture_rules_list" ON "capture_rules" USING btree ("organization_id","created_at");--> statement-breakpoint
CREATE INDEX "certificate_captures_envelope" ON "certificate_captures" USING btree ("envelope_id");--> statement-breakpoint
CREATE INDEX "certificate_statuses_revoked" ON "certificate_statuses" USING btree ("organization_id","sha256") WHERE revoked_at is not null;--> statement-breakpoint
CREATE INDEX "presented_certificates_envelope" ON "presented_certificates" USING btree ("envelope_id");--> statement-breakpoint
CREATE INDEX "presented_certificates_newest" ON "presented_certificates" USING btree ("organization_id","at","id");--> statement-breakpoint
CREATE INDEX "presented_certificates_ends" ON "presented_certificates" USING btree ("organization_id","not_after");--> statement-breakpoint
CREATE INDEX "presented_certificates_sha256" ON "presented_certificates" USING btree ("organization_id","sha256");--> statement-breakpoint
CREATE INDEX "presented_certificates_search" ON "presented_certificates" USING gin ("search_text" gin_trgm_ops);--> statement-breakpoint
CREATE UNIQUE INDEX "certificate_check_runs_one" ON "certificate_check_runs" USING btree ("organization_id") WHERE ended_at is null;--> statement-breakpoint
CREATE INDEX "certificate_check_runs_list" ON "certificate_check_runs" USING btree ("organization_id","started_at" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "certificate_checks_latest" ON "certificate_checks" USING btree ("organization_id","certificate_id","checked_at" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "certificate_checks_found" ON "certificate_checks" USING btree ("organization_id","run_id","verdict");--> statement-breakpoint
CREATE INDEX "authentication_rules_list" ON "authentication_rules" USING btree ("organization_id","created_at");--> statement-breakpoint
CREATE INDEX "identity_results_envelope" ON "identity_results" USING btree ("envelope_id");--> statement-breakpoint
CREATE INDEX "passkeys_person" ON "passkeys" USING btree ("organization_id","person_key");--> statement-breakpoint
CREATE INDEX "recipient_sessions_recipient" ON "recipient_sessions" USING btree ("recipient_id");--> statement-breakpoint
CREATE INDEX "sso_attempts_recipient" ON "sso_attempts" USING btree ("recipient_id");--> statement-breakpoint
CREATE INDEX "consent_acts_list" ON "consent_acts" USING btree ("organization_id","at" DESC NULLS LAST,"id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "consent_acts_person" ON "consent_acts" USING btree ("organization_id","person_key","at" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "consent_acts_email" ON "consent_acts" USING btree ("organization_id","email","at" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "consent_acts_recipient" ON "consent_acts" USING btree ("recipient_id");--> statement-breakpoint
CREATE UNIQUE INDEX "consent_notices_draft" ON "consent_notices" USING btree ("organization_id","mode","locale") WHERE published_at is null;--> statement-breakpoint
CREATE INDEX "paper_requests_envelope" ON "paper_requests" USING btree ("envelope_id");--> statement-breakpoint
CREATE UNIQUE INDEX "saved_marks_one" ON "saved_marks" USING btree ("organization_id","person_key","kind") WHERE removed_at is null;--> statement-breakpoint
CREATE INDEX "mail_returns_envelope" ON "mail_returns" USING btree ("envelope_id");--> statement-breakpoint
CREATE INDEX "outbox_mails_list" ON "outbox_mails" USING btree ("organization_id","created_at" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "dispute_files_envelope" ON "dispute_files" USING btree ("envelope_id","created_at");--> statement-breakpoint
CREATE INDEX "certificates_envelope" ON "certificates" USING btree ("envelope_id");--> statement-breakpoint
CREATE INDEX "certificates_newest" ON "certificates" USING btree ("organization_id","created_at","id");--> statement-breakpoint
CREATE INDEX "certificates_sha256" ON "certificates" USING btree ("organization_id","sha256");--> statement-breakpoint
CREATE INDEX "certificates_foreign" ON "certificates" USING btree ("organization_id","created_at","id") WHERE authority_id is null;--> statement-breakpoint
CREATE INDEX "certificates_ends" ON "certificates" USING btree ("organization_id","not_after");--> statement-breakpoint
CREATE INDEX "certificates_search" ON "certificates" USING gin ("search_text" gin_trgm_ops);--> statement-breakpoint
CREATE UNIQUE INDEX "certificates_serial" ON "certificates" USING btree ("authority_id","serial");--> statement-breakpoint
CREATE INDEX "document_revisions_sha256" ON "document_revisions" USING btree ("organization_id","sha256");--> statement-breakpoint
CREATE UNIQUE INDEX "documents_position" ON "documents" USING btree ("envelope_id","position") WHERE removed_at is null;--> statement-breakpoint
CREATE INDEX "envelopes_list" ON "envelopes" USING btree ("organization_id","changed_at","id");--> statement-breakpoint
CREATE INDEX "envelopes_by_state" ON "envelopes" USING btree ("organization_id","state","changed_at","id");--> statement-breakpoint
CREATE INDEX "envelopes_by_owner" ON "envelopes" USING btree ("organization_id","owner_id","changed_at","id");--> statement-breakpoint
CREATE INDEX "envelopes_by_folder" ON "envelopes" USING btree ("organization_id","folder_id","changed_at","id") WHERE folder_id is not null;--> statement-breakpoint
CREATE INDEX "envelopes_by_template" ON "envelopes" USING btree ("organization_id","template_id","changed_at","id") WHERE template_id is not null;--> statement-breakpoint
CREATE INDEX "envelopes_by_class" ON "envelopes" USING btree ("organization_id","class_id","changed_at","id") WHERE class_id is not null;--> statement-breakpoint
CREATE INDEX "envelopes_held" ON "envelopes" USING btree ("organization_id","changed_at","id") WHERE held_since is not null;--> statement-breakpoint
CREATE INDEX "envelopes_held_by_class" ON "envelopes" USING btree ("organization_id","class_id","changed_at","id") WHERE held_since is not null and class_id is not null;--> statement-breakpoint
CREATE INDEX "envelopes_by_provider" ON "envelopes" USING btree ("organization_id","signature_kind","changed_at","id") WHERE signature_kind <> 'here';--> statement-breakpoint
CREATE INDEX "envelopes_filed_away" ON "envelopes" USING btree ("organization_id","changed_at","id") WHERE filed_away_at is not null;--> statement-breakpoint
CREATE INDEX "envelopes_not_filed_away" ON "envelopes" USING btree ("organization_id","state","changed_at","id") WHERE filed_away_at is null;--> statement-breakpoint
CREATE INDEX "envelopes_tags" ON "envelopes" USING gin ("tags") WHERE tags <> '{}';--> statement-breakpoint
CREATE INDEX "envelopes_readers" ON "envelopes" USING gin ("reader_ids") WHERE reader_ids <> '{}';--> statement-breakpoint
CREATE INDEX "envelopes_helpers" ON "envelopes" USING gin ("helper_ids") WHERE helper_ids <> '{}';--> statement-breakpoint
CREATE INDEX "envelopes_scheduled" ON "envelopes" USING btree ("organization_id","scheduled_at") WHERE scheduled_at is not null;--> statement-breakpoint
CREATE INDEX "envelopes_completed" ON "envelopes" USING btree ("organization_id","ended_at","sent_at","owner_id","template_id") WHERE state = 'completed';--> statement-breakpoint
CREATE INDEX "envelopes_completed_by_owner" ON "envelopes" USING btree ("organization_id","owner_id","ended_at","sent_at") WHERE state = 'completed';--> statement-breakpoint
CREATE INDEX "envelopes_expiry" ON "envelopes" USING btree ("expires_at") WHERE state = 'sent';--> statement-breakpoint
CREATE INDEX "field_files_envelope" ON "field_files" USING btree ("envelope_id");--> statement-breakpoint
CREATE UNIQUE INDEX "field_files_kit" ON "field_files" USING btree ("kit_id","field_id","sha256","name");--> statement-breakpoint
CREATE INDEX "fields_envelope" ON "fields" USING btree ("envelope_id");--> statement-breakpoint
CREATE INDEX "fields_recipient" ON "fields" USING btree ("recipient_id");--> statement-breakpoint
CREATE INDEX "hand_overs_recipient" ON "hand_overs" USING btree ("recipient_id","created_at");--> statement-breakpoint
CREATE INDEX "hosted_links_envelope" ON "hosted_links" USING btree ("envelope_id");--> statement-breakpoint
CREATE INDEX "hosted_links_recipient" ON "hosted_links" USING btree ("recipient_id");--> statement-breakpoint
CREATE INDEX "marks_recipient" ON "marks" USING btree ("recipient_id","kind","adopted_at");--> statement-breakpoint
CREATE INDEX "recipient_tokens_recipient" ON "recipient_tokens" USING btree ("recipient_id");--> statement-breakpoint
CREATE UNIQUE INDEX "recipients_delegated_once" ON "recipients" USING btree ("delegated_from");--> statement-breakpoint
CREATE INDEX "recipients_due" ON "recipients" USING btree ("organization_id","due_at") WHERE due_at is not null and lapsed_at is null and state in ('notified', 'viewed', 'consented');--> statement-breakpoint
CREATE INDEX "recipients_envelope" ON "recipients" USING btree ("envelope_id","order","position");--> statement-breakpoint
CREATE INDEX "recipients_awaited_by_email" ON "recipients" USING btree ("organization_id","email") WHERE state in ('notified', 'viewed', 'consented');--> statement-breakpoint
CREATE INDEX "recipients_awaited" ON "recipients" USING btree ("organization_id",coalesce("reminded_at", "notified_at")) WHERE state in ('notified', 'viewed', 'consented');--> statement-breakpoint
CREATE UNIQUE INDEX "signing_keys_active" ON "signing_keys" USING btree ("organization_id") WHERE is_active;--> statement-breakpoint
CREATE INDEX "signing_steps_document" ON "signing_steps" USING btree ("document_id","revision");--> statement-breakpoint
CREATE INDEX "signing_steps_envelope" ON "signing_steps" USING btree ("envelope_id");--> statement-breakpoint
CREATE INDEX "signing_steps_certificate" ON "signing_steps" USING btree ("certificate_id","done_at");--> statement-breakpoint
CREATE UNIQUE INDEX "signing_steps_one_open" ON "signing_steps" USING btree ("document_id") WHERE done_at is null;--> statement-breakpoint
CREATE INDEX "evidence_packages_envelope" ON "evidence_packages" USING btree ("envelope_id","created_at" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "contacts_searched" ON "contacts" USING gin ("searched" gin_trgm_ops);--> statement-breakpoint
CREATE INDEX "contacts_recent" ON "contacts" USING btree ("member_id","used_at");--> statement-breakpoint
CREATE INDEX "contacts_email" ON "contacts" USING btree ("organization_id","email");--> statement-breakpoint
CREATE INDEX "document_texts_envelope" ON "document_texts" USING btree ("envelope_id");--> statement-breakpoint
CREATE INDEX "editing_windows_seen" ON "editing_windows" USING btree ("organization_id","seen_at");--> statement-breakpoint
CREATE INDEX "envelope_texts_words" ON "envelope_texts" USING gin ("words");--> statement-breakpoint
CREATE INDEX "envelope_texts_amount" ON "envelope_texts" USING btree ("organization_id","amount") WHERE amount is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "folders_name" ON "folders" USING btree ("organization_id",coalesce("parent_id", '00000000-0000-0000-0000-000000000000'),lower("name")) WHERE removed_at is null;--> statement-breakpoint
CREATE INDEX "folders_team" ON "folders" USING btree ("team_id") WHERE team_id is not null;--> statement-breakpoint
CREATE INDEX "form_imports_list" ON "form_imports" USING btree ("organization_id","created_at","id");--> statement-breakpoint
CREATE INDEX "form_packages_list" ON "form_packages" USING btree ("organization_id","changed_at");--> statement-breakpoint
CREATE UNIQUE INDEX "library_forms_key" ON "library_forms" USING btree ("organization_id","key");--> statement-breakpoint
CREATE INDEX "library_forms_list" ON "library_forms" USING btree ("organization_id","sort_title","id");--> statement-breakpoint
CREATE INDEX "library_forms_jurisdiction" ON "library_forms" USING btree ("organization_id","jurisdiction","sort_title","id");--> statement-breakpoint
CREATE INDEX "library_forms_subject" ON "library_forms" USING btree ("organization_id","subject","sort_title","id");--> statement-breakpoint
CREATE INDEX "library_forms_kind" ON "library_forms" USING btree ("organization_id","kind","sort_title","id");--> statement-breakpoint
CREATE INDEX "library_forms_words" ON "library_forms" USING gin ("words");--> statement-breakpoint
CREATE INDEX "library_forms_file" ON "library_forms" USING btree ("organization_id",lower("file_name")) WHERE file_name <> '';--> statement-breakpoint
CREATE UNIQUE INDEX "members_once" ON "members" USING btree ("organization_id","account_id") WHERE removed_at is null;--> statement-breakpoint
CREATE INDEX "members_account" ON "members" USING btree ("account_id");--> statement-breakpoint
CREATE INDEX "members_team" ON "members" USING btree ("team_id") WHERE team_id is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "organizations_one_staging" ON "organizations" USING btree ("staging_of");--> statement-breakpoint
CREATE INDEX "authorities_active" ON "authorities" USING btree ("kind","is_active");--> statement-breakpoint
CREATE INDEX "issued_serials_revoked" ON "issued_serials" USING btree ("authority_id","partition") WHERE revoked_at is not null;--> statement-breakpoint
CREATE INDEX "issued_serials_revoked_serial" ON "issued_serials" USING btree ("authority_id","serial") WHERE revoked_at is not null;--> statement-breakpoint
CREATE INDEX "issued_serials_partitions" ON "issued_serials" USING btree ("authority_id","partition","not_after");--> statement-breakpoint
CREATE INDEX "login_tokens_account" ON "login_tokens" USING btree ("account_id","created_at");--> statement-breakpoint
CREATE INDEX "sessions_account" ON "sessions" USING btree ("account_id");--> statement-breakpoint
CREATE INDEX "key_backups_list" ON "key_backups" USING btree ("organization_id","created_at" DESC NULLS LAST);--> statement-breakpoint
CREATE UNIQUE INDEX "standby_keys_one" ON "standby_keys" USING btree ("organization_id") WHERE state in ('making', 'ready', 'standing-in');--> statement-breakpoint
CREATE INDEX "key_exports_list" ON "key_exports" USING btree ("organization_id","requested_at" DESC NULLS LAST);--> statement-breakpoint
CREATE UNIQUE INDEX "key_exports_one_open" ON "key_exports" USING btree ("signing_key_id") WHERE refused_at is null and destroyed_at is null;--> statement-breakpoint
CREATE INDEX "vault_passphrases_list" ON "vault_passphrases" USING btree ("organization_id","created_at" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "key_tests_list" ON "key_tests" USING btree ("organization_id","tested_at" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "key_uses_list" ON "key_uses" USING btree ("organization_id","certificate_id","signed_at" DESC NULLS LAST,"id");--> statement-breakpoint
CREATE INDEX "key_ceremonies_list" ON "key_ceremonies" USING btree ("organization_id","started_at" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "key_project_steps_open" ON "key_project_steps" USING btree ("organization_id","due_at") WHERE done_at is null;--> statement-breakpoint
CREATE INDEX "key_projects_list" ON "key_projects" USING btree ("organization_id","created_at" DESC NULLS LAST);--> statement-breakpoint
CREATE UNIQUE INDEX "key_records_edition" ON "key_records" USING btree ("organization_id","kind","subject_id","edition");--> statement-breakpoint
CREATE INDEX "authority_rotations_list" ON "authority_rotations" USING btree ("organization_id","created_at");--> statement-breakpoint
CREATE UNIQUE INDEX "key_reviews_one" ON "key_reviews" USING btree ("organization_id","kind") WHERE done_at is null;--> statement-breakpoint
CREATE INDEX "key_reviews_list" ON "key_reviews" USING btree ("organization_id","due_at");--> statement-breakpoint
CREATE INDEX "revocations_list" ON "revocations" USING btree ("organization_id","revoked_at");--> statement-breakpoint
CREATE UNIQUE INDEX "seal_rotations_one" ON "seal_rotations" USING btree ("organization_id") WHERE ended_at is null;--> statement-breakpoint
CREATE INDEX "seal_rotations_list" ON "seal_rotations" USING btree ("organization_id","created_at");--> statement-breakpoint
CREATE INDEX "secret_rotations_ref" ON "secret_rotations" USING btree ("organization_id","ref","rotated_at" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "kiosk_sessions_envelope" ON "kiosk_sessions" USING btree ("envelope_id","started_at");--> statement-breakpoint
CREATE INDEX "kiosk_sessions_template" ON "kiosk_sessions" USING btree ("template_id","started_at") WHERE template_id is not null;--> statement-breakpoint
CREATE INDEX "kiosk_visits_session" ON "kiosk_visits" USING btree ("kiosk_session_id","at");--> statement-breakpoint
CREATE INDEX "log_leaves_chain" ON "log_leaves" USING btree ("chain_id","sequence");--> statement-breakpoint
CREATE INDEX "offline_kits_recipient" ON "offline_kits" USING btree ("recipient_id","issued_at");--> statement-breakpoint
CREATE INDEX "offline_kits_envelope" ON "offline_kits" USING btree ("envelope_id");--> statement-breakpoint
CREATE INDEX "program_authorizations_recent" ON "program_authorizations" USING btree ("program_id","started_at");--> statement-breakpoint
CREATE INDEX "program_codes_program" ON "program_codes" USING btree ("program_id");--> statement-breakpoint
CREATE INDEX "program_tokens_program" ON "program_tokens" USING btree ("program_id");--> statement-breakpoint
CREATE INDEX "programs_list" ON "programs" USING btree ("organization_id","created_at");--> statement-breakpoint
CREATE INDEX "public_link_requests_confirmed" ON "public_link_requests" USING btree ("link_id","confirmed_at");--> statement-breakpoint
CREATE INDEX "public_link_requests_age" ON "public_link_requests" USING btree ("organization_id","requested_at");--> statement-breakpoint
CREATE INDEX "public_links_template" ON "public_links" USING btree ("template_id","created_at");--> statement-breakpoint
CREATE INDEX "record_seals_event" ON "record_seals" USING btree ("event_id");--> statement-breakpoint
CREATE INDEX "records_pending_organization" ON "records_pending" USING btree ("organization_id","position");--> statement-breakpoint
CREATE INDEX "row_versions_event" ON "row_versions" USING btree ("event_id");--> statement-breakpoint
CREATE UNIQUE INDEX "access_reviews_one" ON "access_reviews" USING btree ("organization_id") WHERE closed_at is null;--> statement-breakpoint
CREATE UNIQUE INDEX "reports_once" ON "reports" USING btree ("organization_id","kind","from_day","to_day") WHERE is_scheduled;--> statement-breakpoint
CREATE INDEX "reports_list" ON "reports" USING btree ("organization_id","created_at");--> statement-breakpoint
CREATE UNIQUE INDEX "sample_reviews_one" ON "sample_reviews" USING btree ("organization_id") WHERE closed_at is null;--> statement-breakpoint
CREATE INDEX "destructions_list" ON "destructions" USING btree ("organization_id","approved_at" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "envelope_retention_class" ON "envelope_retention" USING btree ("class_id");--> statement-breakpoint
CREATE INDEX "held_envelopes_envelope" ON "held_envelopes" USING btree ("envelope_id");--> statement-breakpoint
CREATE UNIQUE INDEX "hold_custodians_address" ON "hold_custodians" USING btree ("hold_id",lower("email")) WHERE ended_at is null;--> statement-breakpoint
CREATE INDEX "hold_custodians_list" ON "hold_custodians" USING btree ("organization_id","hold_id");--> statement-breakpoint
CREATE INDEX "hold_notice_tokens_custodian" ON "hold_notice_tokens" USING btree ("custodian_id");--> statement-breakpoint
CREATE INDEX "legal_holds_list" ON "legal_holds" USING btree ("organization_id","placed_at" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "purges_queue" ON "purges" USING btree ("organization_id","state","due_on");--> statement-breakpoint
CREATE INDEX "purges_destruction" ON "purges" USING btree ("destruction_id");--> statement-breakpoint
CREATE INDEX "quality_checks_list" ON "quality_checks" USING btree ("organization_id","checked_at" DESC NULLS LAST);--> statement-breakpoint
CREATE UNIQUE INDEX "retention_classes_name" ON "retention_classes" USING btree ("organization_id",lower("name")) WHERE retired_at is null;--> statement-breakpoint
CREATE UNIQUE INDEX "retention_classes_default" ON "retention_classes" USING btree ("organization_id","trigger") WHERE is_default;--> statement-breakpoint
CREATE UNIQUE INDEX "retention_rules_once" ON "retention_rules" USING btree ("class_id","kind","value");--> statement-breakpoint
CREATE INDEX "retention_rules_list" ON "retention_rules" USING btree ("organization_id","class_id");--> statement-breakpoint
CREATE INDEX "tombstones_list" ON "tombstones" USING btree ("organization_id","created_at" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "tombstones_destruction" ON "tombstones" USING btree ("destruction_id");--> statement-breakpoint
CREATE INDEX "rule_runs_newest" ON "rule_runs" USING btree ("organization_id","created_at","id");--> statement-breakpoint
CREATE INDEX "rule_runs_envelope" ON "rule_runs" USING btree ("envelope_id","rule_id");--> statement-breakpoint
CREATE INDEX "rule_runs_made" ON "rule_runs" USING btree ("made_envelope_id") WHERE made_envelope_id is not null;--> statement-breakpoint
CREATE INDEX "rule_runs_due" ON "rule_runs" USING btree ("organization_id","next_at") WHERE state = 'waiting';--> statement-breakpoint
CREATE INDEX "workspace_rules_event" ON "workspace_rules" USING btree ("organization_id","event") WHERE is_on and removed_at is null;--> statement-breakpoint
CREATE INDEX "brought_seals_organization" ON "brought_seals" USING btree ("organization_id","created_at");--> statement-breakpoint
CREATE UNIQUE INDEX "brought_seals_renews" ON "brought_seals" USING btree ("renews");--> statement-breakpoint
CREATE UNIQUE INDEX "brought_seals_active" ON "brought_seals" USING btree ("organization_id") WHERE state = 'active';--> statement-breakpoint
CREATE INDEX "import_keys_end" ON "import_keys" USING btree ("organization_id","expires_at");--> statement-breakpoint
CREATE INDEX "registered_certificates_newest" ON "registered_certificates" USING btree ("organization_id","created_at","id");--> statement-breakpoint
CREATE UNIQUE INDEX "registered_certificates_once" ON "registered_certificates" USING btree ("organization_id","sha256") WHERE removed_at is null;--> statement-breakpoint
CREATE INDEX "sftp_places_list" ON "sftp_places" USING btree ("organization_id","created_at");--> statement-breakpoint
CREATE INDEX "authorization_attempts_recipient" ON "authorization_attempts" USING btree ("recipient_id");--> statement-breakpoint
CREATE INDEX "signature_providers_list" ON "signature_providers" USING btree ("organization_id","created_at");--> statement-breakpoint
CREATE INDEX "signer_authorizations_envelope" ON "signer_authorizations" USING btree ("envelope_id");--> statement-breakpoint
CREATE INDEX "send_approvals_envelope" ON "send_approvals" USING btree ("envelope_id","asked_at");--> statement-breakpoint
CREATE INDEX "send_approvals_open" ON "send_approvals" USING btree ("organization_id","asked_at") WHERE state = 'asked';--> statement-breakpoint
CREATE UNIQUE INDEX "send_approvals_one_open" ON "send_approvals" USING btree ("envelope_id") WHERE state = 'asked';--> statement-breakpoint
CREATE INDEX "send_duties_organization" ON "send_duties" USING btree ("organization_id");--> statement-breakpoint
CREATE UNIQUE INDEX "teams_name" ON "teams" USING btree ("organization_id",lower("name"));--> statement-breakpoint
CREATE UNIQUE INDEX "template_versions_one_open" ON "template_versions" USING btree ("template_id") WHERE state = 'submitted';--> statement-breakpoint
CREATE INDEX "templates_form" ON "templates" USING btree ("organization_id","form_id") WHERE form_id is not null;--> statement-breakpoint
CREATE INDEX "templates_list" ON "templates" USING btree ("organization_id","changed_at" DESC NULLS LAST,"id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "trust_list_services_list" ON "trust_list_services" USING btree ("list_id","position");--> statement-breakpoint
CREATE UNIQUE INDEX "trust_lists_once" ON "trust_lists" USING btree ("organization_id","kind","name") WHERE removed_at is null;