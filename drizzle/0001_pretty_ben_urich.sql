ALTER TABLE "key_policies" ADD COLUMN "least_seal_days" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX "certificates_ends" ON "certificates" USING btree ("organization_id","not_after");--> statement-breakpoint
ALTER TABLE "key_policies" ADD CONSTRAINT "key_policies_seal_days" CHECK ("key_policies"."least_seal_days" between 0 and 365);