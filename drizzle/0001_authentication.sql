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
	CONSTRAINT "authentication_rules_minimum" CHECK ("authentication_rules"."minimum" in ('email-code', 'sms-code', 'second-factor', 'passkey', 'sso'))
);
--> statement-breakpoint
CREATE TABLE "identity_providers" (
	"organization_id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"issuer" text NOT NULL,
	"client_id" text NOT NULL,
	"sealed_secret" "bytea",
	"changed_at" timestamp with time zone NOT NULL,
	"tested_at" timestamp with time zone,
	"failure" text
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
	"email" text NOT NULL,
	"name" text,
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
CREATE TABLE "sso_attempts" (
	"organization_id" uuid NOT NULL,
	"state_sha256" "bytea" PRIMARY KEY NOT NULL,
	"recipient_id" uuid NOT NULL,
	"token_sha256" "bytea" NOT NULL,
	"session_sha256" "bytea",
	"device_sha256" "bytea" NOT NULL,
	"issuer" text NOT NULL,
	"sealed" "bytea" NOT NULL,
	"started_at" timestamp with time zone NOT NULL,
	"used_at" timestamp with time zone
);
--> statement-breakpoint
ALTER TABLE "recipients" DROP CONSTRAINT "recipients_check";--> statement-breakpoint
ALTER TABLE "recipient_checks" ADD COLUMN "method" text;--> statement-breakpoint
ALTER TABLE "recipient_checks" ADD COLUMN "passkey_challenge" "bytea";--> statement-breakpoint
ALTER TABLE "recipient_checks" ADD COLUMN "passkey_purpose" text;--> statement-breakpoint
ALTER TABLE "recipient_checks" ADD COLUMN "passkey_expires_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "recipient_sessions" ADD COLUMN "shown" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "recipient_sessions" ADD COLUMN "device_sha256" "bytea";--> statement-breakpoint
ALTER TABLE "recipients" ADD COLUMN "further_checks" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "identity_results" ADD CONSTRAINT "identity_results_recipient_id_recipients_id_fk" FOREIGN KEY ("recipient_id") REFERENCES "public"."recipients"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sso_attempts" ADD CONSTRAINT "sso_attempts_recipient_id_recipients_id_fk" FOREIGN KEY ("recipient_id") REFERENCES "public"."recipients"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "authentication_rules_list" ON "authentication_rules" USING btree ("organization_id","created_at");--> statement-breakpoint
CREATE INDEX "identity_results_envelope" ON "identity_results" USING btree ("envelope_id");--> statement-breakpoint
CREATE INDEX "passkeys_person" ON "passkeys" USING btree ("organization_id","person_key");--> statement-breakpoint
CREATE INDEX "sso_attempts_recipient" ON "sso_attempts" USING btree ("recipient_id");--> statement-breakpoint
ALTER TABLE "recipients" ADD CONSTRAINT "recipients_check" CHECK ("recipients"."check_method" in ('none', 'email-code', 'sms-code', 'access-code', 'authenticator', 'second-factor',
        'passkey', 'sso'));