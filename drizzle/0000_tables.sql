CREATE TABLE "active_calls" (
	"number_hash" text PRIMARY KEY NOT NULL,
	"challenge_id" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "carrier_rate_slots" (
	"carrier" text NOT NULL,
	"channel" text NOT NULL,
	"lane" integer NOT NULL,
	"free_at" timestamp with time zone NOT NULL,
	CONSTRAINT "carrier_rate_slots_carrier_channel_lane_pk" PRIMARY KEY("carrier","channel","lane")
);
--> statement-breakpoint
CREATE TABLE "challenges" (
	"id" text PRIMARY KEY NOT NULL,
	"service_id" text NOT NULL,
	"version" integer NOT NULL,
	"status" text NOT NULL,
	"reason" text,
	"flow" text NOT NULL,
	"code_disclosed" boolean NOT NULL,
	"attempts_left" integer NOT NULL,
	"fallback" jsonb NOT NULL,
	"deliveries" jsonb NOT NULL,
	"to" text,
	"masked_number" text NOT NULL,
	"number_hash" text NOT NULL,
	"asker_hashes" jsonb,
	"region" text NOT NULL,
	"scope" text NOT NULL,
	"locale" text NOT NULL,
	"details" text,
	"message" text,
	"code_length" integer NOT NULL,
	"shared_phrase" boolean NOT NULL,
	"require_waiter" boolean NOT NULL,
	"initiated_by" text NOT NULL,
	"secret_id" text NOT NULL,
	"from_number" text,
	"carrier" text,
	"extension" text,
	"metadata" jsonb NOT NULL,
	"charge" json,
	"created_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"ended_at" timestamp with time zone,
	"outcome_version" integer,
	"consumed_at" timestamp with time zone,
	"consumption_key" text,
	"next_check_at" timestamp with time zone,
	"check_put_off_to" timestamp with time zone,
	"ledger" text NOT NULL,
	CONSTRAINT "challenges_outcome_complete" CHECK (("challenges"."status" = 'pending') = ("challenges"."reason" is null) and ("challenges"."status" = 'pending') = ("challenges"."ended_at" is null) and ("challenges"."status" = 'pending') = ("challenges"."outcome_version" is null)),
	CONSTRAINT "challenges_attempts_left" CHECK ("challenges"."attempts_left" >= 0)
);
--> statement-breakpoint
CREATE TABLE "disabled_endpoints" (
	"endpoint" text PRIMARY KEY NOT NULL,
	"disabled_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "idempotency" (
	"service_id" text NOT NULL,
	"key" text NOT NULL,
	"fingerprint" text NOT NULL,
	"challenge_id" text NOT NULL,
	"body" text,
	"claimed_at" timestamp with time zone DEFAULT now() NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "idempotency_service_id_key_pk" PRIMARY KEY("service_id","key")
);
--> statement-breakpoint
CREATE TABLE "outbox" (
	"id" text PRIMARY KEY NOT NULL,
	"service_id" text NOT NULL,
	"challenge_id" text,
	"type" text NOT NULL,
	"until" timestamp with time zone,
	"body" jsonb,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"next_at" timestamp with time zone DEFAULT now(),
	"tries" integer DEFAULT 0 NOT NULL,
	"last_error" text,
	"delivered_at" timestamp with time zone,
	"failed_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "rate_limit_counters" (
	"key" text PRIMARY KEY NOT NULL,
	"seconds" integer[] NOT NULL,
	"counts" integer[] NOT NULL,
	"starts" bigint[] NOT NULL,
	"ends_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "readiness" (
	"id" integer PRIMARY KEY NOT NULL,
	"checked_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "factors" (
	"id" text PRIMARY KEY NOT NULL,
	"service_id" text NOT NULL,
	"type" text NOT NULL,
	"subject" text NOT NULL,
	"label" text,
	"status" text NOT NULL,
	"ciphertext" text NOT NULL,
	"secret_id" text NOT NULL,
	"last_step" bigint,
	"used_codes" integer DEFAULT 0 NOT NULL,
	"failures" integer DEFAULT 0 NOT NULL,
	"locked_until" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"confirmed_at" timestamp with time zone,
	"last_used_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "failure_counters" (
	"key" text PRIMARY KEY NOT NULL,
	"count" integer NOT NULL,
	"locked_until" timestamp with time zone,
	"ends_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "number_owners" (
	"key" text PRIMARY KEY NOT NULL,
	"ends_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "number_rules" (
	"key" text NOT NULL,
	"kind" text NOT NULL,
	"for_service" text DEFAULT '' NOT NULL,
	"for_channel" text DEFAULT '' NOT NULL,
	"rule_id" text NOT NULL,
	"secret_id" text,
	"ciphertext" text,
	"shown" text NOT NULL,
	"reason" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"until" timestamp with time zone,
	CONSTRAINT "number_rules_key_kind_for_service_for_channel_pk" PRIMARY KEY("key","kind","for_service","for_channel")
);
--> statement-breakpoint
CREATE TABLE "page_leases" (
	"challenge_id" text PRIMARY KEY NOT NULL,
	"ends_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "audit_head" (
	"id" integer PRIMARY KEY NOT NULL,
	"sequence" integer NOT NULL,
	"hash" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "audit_log" (
	"sequence" integer PRIMARY KEY NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"actor" text NOT NULL,
	"action" text NOT NULL,
	"target" text NOT NULL,
	"reason" text,
	"detail" text NOT NULL,
	"previous_hash" text NOT NULL,
	"hash" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "api_keys" (
	"id" text PRIMARY KEY NOT NULL,
	"service_id" text,
	"name" text NOT NULL,
	"key_hash" text NOT NULL,
	"scopes" jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone,
	"last_used_at" timestamp with time zone,
	CONSTRAINT "api_keys_key_hash_unique" UNIQUE("key_hash")
);
--> statement-breakpoint
CREATE TABLE "services" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text,
	"settings" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"webhook_secrets" text,
	"secret_id" text,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"deleted_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "operator_sessions" (
	"id_hash" text PRIMARY KEY NOT NULL,
	"operator" text NOT NULL,
	"password_hash" text NOT NULL,
	"challenge_id" text,
	"stage" text NOT NULL,
	"factor_id" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"used_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "operators" (
	"name" text PRIMARY KEY NOT NULL,
	"role" text NOT NULL,
	"password_hash" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"signed_in_at" timestamp with time zone,
	"disabled_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "guard_decisions" (
	"id" text PRIMARY KEY NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"rule" text NOT NULL,
	"key" text NOT NULL,
	"refused" boolean NOT NULL,
	"reason" text NOT NULL,
	"service_id" text NOT NULL,
	"number_hash" text NOT NULL,
	"shown" text NOT NULL,
	"challenge_id" text
);
--> statement-breakpoint
CREATE TABLE "guard_traffic" (
	"key" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"started" integer NOT NULL,
	"verified" integer NOT NULL,
	"failed" integer NOT NULL,
	"cost" bigint NOT NULL,
	CONSTRAINT "guard_traffic_key_at_pk" PRIMARY KEY("key","at")
);
--> statement-breakpoint
CREATE TABLE "guard_trips" (
	"id" text PRIMARY KEY NOT NULL,
	"rule" text NOT NULL,
	"key" text NOT NULL,
	"mode" text NOT NULL,
	"reason" text NOT NULL,
	"began_at" timestamp with time zone DEFAULT now() NOT NULL,
	"until" timestamp with time zone NOT NULL,
	"ended_at" timestamp with time zone,
	"end_reason" text,
	"decisions" integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "learnt_prices" (
	"carrier" text NOT NULL,
	"prefix" text NOT NULL,
	"channel" text NOT NULL,
	"price" integer NOT NULL,
	"seen_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "learnt_prices_carrier_prefix_channel_pk" PRIMARY KEY("carrier","prefix","channel")
);
--> statement-breakpoint
CREATE TABLE "prefix_traffic" (
	"prefix" text PRIMARY KEY NOT NULL,
	"region" text NOT NULL,
	"started" integer NOT NULL,
	"verified" integer NOT NULL,
	"failed" integer NOT NULL,
	"neighbours" integer NOT NULL,
	"suffixes" integer[] NOT NULL,
	"halved_at" timestamp with time zone NOT NULL,
	"rule" text,
	"blocked_until" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "spending" (
	"day" date NOT NULL,
	"service_id" text NOT NULL,
	"carrier" text NOT NULL,
	"region" text NOT NULL,
	"channel" text NOT NULL,
	"count" integer NOT NULL,
	"cost" bigint NOT NULL,
	CONSTRAINT "spending_day_service_id_carrier_region_channel_pk" PRIMARY KEY("day","service_id","carrier","region","channel")
);
--> statement-breakpoint
CREATE INDEX "active_calls_challenge_id" ON "active_calls" USING btree ("challenge_id");--> statement-breakpoint
CREATE INDEX "challenges_day_number_hash_created_at" ON "challenges" USING btree ((("created_at" at time zone 'UTC')::date),"number_hash","created_at");--> statement-breakpoint
CREATE INDEX "challenges_service_id_created_at" ON "challenges" USING btree ("service_id","created_at");--> statement-breakpoint
CREATE INDEX "challenges_next_check_at" ON "challenges" USING btree ("next_check_at") WHERE "challenges"."next_check_at" is not null;--> statement-breakpoint
CREATE INDEX "challenges_with_number_ended_at" ON "challenges" USING btree ("ended_at") WHERE "challenges"."ended_at" is not null and "challenges"."to" is not null;--> statement-breakpoint
CREATE INDEX "challenges_ended_at" ON "challenges" USING btree ("ended_at") WHERE "challenges"."ended_at" is not null;--> statement-breakpoint
CREATE INDEX "idempotency_created_at" ON "idempotency" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "idempotency_with_body_created_at" ON "idempotency" USING btree ("created_at") WHERE "idempotency"."body" is not null;--> statement-breakpoint
CREATE INDEX "outbox_service_id_next_at" ON "outbox" USING btree ("service_id","next_at") WHERE "outbox"."next_at" is not null;--> statement-breakpoint
CREATE INDEX "outbox_failed_at" ON "outbox" USING btree ("failed_at") WHERE "outbox"."failed_at" is not null;--> statement-breakpoint
CREATE INDEX "outbox_delivered_at" ON "outbox" USING btree ("delivered_at") WHERE "outbox"."delivered_at" is not null;--> statement-breakpoint
CREATE INDEX "outbox_pending_challenge_id" ON "outbox" USING btree ("challenge_id") WHERE "outbox"."next_at" is not null;--> statement-breakpoint
CREATE INDEX "rate_limit_counters_ends_at" ON "rate_limit_counters" USING btree ("ends_at");--> statement-breakpoint
CREATE INDEX "factors_subject" ON "factors" USING btree ("service_id","subject");--> statement-breakpoint
CREATE INDEX "factors_secret_id" ON "factors" USING btree ("secret_id");--> statement-breakpoint
CREATE INDEX "failure_counters_ends_at" ON "failure_counters" USING btree ("ends_at");--> statement-breakpoint
CREATE INDEX "failure_counters_behind" ON "failure_counters" USING btree ("key" text_pattern_ops);--> statement-breakpoint
CREATE INDEX "number_owners_ends_at" ON "number_owners" USING btree ("ends_at");--> statement-breakpoint
CREATE INDEX "number_rules_until" ON "number_rules" USING btree ("until") WHERE "number_rules"."until" is not null;--> statement-breakpoint
CREATE INDEX "number_rules_rule_id" ON "number_rules" USING btree ("rule_id");--> statement-breakpoint
CREATE INDEX "number_rules_wrong_codes" ON "number_rules" USING btree ("key" text_pattern_ops) WHERE "number_rules"."kind" = 'wrong_codes';--> statement-breakpoint
CREATE INDEX "audit_log_target_at" ON "audit_log" USING btree ("target","at");--> statement-breakpoint
CREATE INDEX "api_keys_service_id" ON "api_keys" USING btree ("service_id");--> statement-breakpoint
CREATE INDEX "operator_sessions_created_at" ON "operator_sessions" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "guard_decisions_at" ON "guard_decisions" USING btree ("at");--> statement-breakpoint
CREATE INDEX "guard_decisions_number_hash" ON "guard_decisions" USING btree ("number_hash");--> statement-breakpoint
CREATE INDEX "guard_decisions_challenge_id" ON "guard_decisions" USING btree ("challenge_id") WHERE "guard_decisions"."challenge_id" is not null;--> statement-breakpoint
CREATE INDEX "guard_traffic_at" ON "guard_traffic" USING btree ("at");--> statement-breakpoint
CREATE UNIQUE INDEX "guard_trips_standing" ON "guard_trips" USING btree ("rule","key") WHERE "guard_trips"."ended_at" is null;--> statement-breakpoint
CREATE INDEX "guard_trips_ended_at" ON "guard_trips" USING btree ("ended_at") WHERE "guard_trips"."ended_at" is not null;--> statement-breakpoint
CREATE INDEX "prefix_traffic_halved_at" ON "prefix_traffic" USING btree ("halved_at");--> statement-breakpoint
CREATE INDEX "prefix_traffic_blocked_until" ON "prefix_traffic" USING btree ("blocked_until") WHERE "prefix_traffic"."blocked_until" is not null;--> statement-breakpoint
CREATE VIEW "challenge_events" AS (
  select challenges.id as challenge_id, numbered.version::integer as version,
    timestamptz 'epoch' + (line.entry ->> 0)::bigint * interval '1 microsecond' as at,
    challenges.deliveries -> (line.entry ->> 2)::integer ->> 'id' as delivery_id,
    line.entry ->> 1 as type, line.entry -> 3 as data
  from challenges
  cross join lateral unnest(string_to_array(challenges.ledger, chr(10))) with ordinality as numbered (text, version)
  cross join lateral (select numbered.text::jsonb as entry) as line);--> statement-breakpoint
-- Room on each page for the next version of a row, so that an update that moves no index entry stays on its page.
ALTER TABLE "challenges" SET (fillfactor = 85);--> statement-breakpoint
ALTER TABLE "rate_limit_counters" SET (fillfactor = 70);--> statement-breakpoint
ALTER TABLE "idempotency" SET (fillfactor = 70);--> statement-breakpoint
ALTER TABLE "prefix_traffic" SET (fillfactor = 70);--> statement-breakpoint
ALTER TABLE "guard_traffic" SET (fillfactor = 50);--> statement-breakpoint
ALTER TABLE "carrier_rate_slots" SET (fillfactor = 10);--> statement-breakpoint
ALTER TABLE "readiness" SET (fillfactor = 10);--> statement-breakpoint
-- By default a fifth of a table must have changed before it is vacuumed: among ten million ended challenges that is two
-- million dead entries at the head of challenges_next_check_at, which every instance reads each second.
ALTER TABLE "challenges" SET (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 5000);--> statement-breakpoint
ALTER TABLE "outbox" SET (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 5000);--> statement-breakpoint
ALTER TABLE "rate_limit_counters" SET (autovacuum_vacuum_scale_factor = 0.05);--> statement-breakpoint
ALTER TABLE "idempotency" SET (autovacuum_vacuum_scale_factor = 0.05);--> statement-breakpoint
ALTER TABLE "prefix_traffic" SET (autovacuum_vacuum_scale_factor = 0.05);--> statement-breakpoint
-- A statement that reads what is left of something, and then finds that another one has taken the last of it, fails as a whole
-- by this, and is repeated.
CREATE FUNCTION "lose_race"() RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION 'Another statement has taken the last of it.' USING ERRCODE = 'RACED';
END $$;--> statement-breakpoint
CREATE FUNCTION "refuse_to_change_the_ledger"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION 'The ledger is only ever added to.' USING ERRCODE = 'restrict_violation';
END $$;--> statement-breakpoint
CREATE TRIGGER "challenges_ledger_only_added" AFTER UPDATE ON "challenges"
	FOR EACH ROW WHEN (NOT starts_with(NEW."ledger", OLD."ledger")) EXECUTE FUNCTION "refuse_to_change_the_ledger"();--> statement-breakpoint
CREATE TRIGGER "challenges_not_truncated" BEFORE TRUNCATE ON "challenges"
	FOR EACH STATEMENT EXECUTE FUNCTION "refuse_to_change_the_ledger"();--> statement-breakpoint
INSERT INTO "audit_head" ("id", "sequence", "hash") VALUES (1, 0, repeat('0', 64)) ON CONFLICT DO NOTHING;--> statement-breakpoint
-- Number, time and hashes of an audit entry are the database's: whichever instance, command or version appends it, the
-- chain holds. The head's row is locked until the end of the transaction.
CREATE FUNCTION "chain_audit_entry"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
	head "audit_head"%ROWTYPE;
BEGIN
	SELECT * INTO STRICT head FROM "audit_head" WHERE "id" = 1 FOR UPDATE;
	NEW."sequence" := head."sequence" + 1;
	NEW."at" := date_trunc('milliseconds', clock_timestamp());
	NEW."previous_hash" := head."hash";
	NEW."hash" := encode(sha256(convert_to(concat_ws(E'\n',
		NEW."previous_hash", NEW."sequence", to_char(NEW."at" AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
		NEW."actor", NEW."action", NEW."target", coalesce(to_json(NEW."reason")::text, 'null'), NEW."detail"), 'UTF8')), 'hex');
	UPDATE "audit_head" SET "sequence" = NEW."sequence", "hash" = NEW."hash" WHERE "id" = 1;
	RETURN NEW;
END $$;--> statement-breakpoint
CREATE TRIGGER "audit_log_chained" BEFORE INSERT ON "audit_log"
	FOR EACH ROW EXECUTE FUNCTION "chain_audit_entry"();--> statement-breakpoint
CREATE FUNCTION "refuse_to_change_the_audit_log"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION 'The audit log is only ever added to.' USING ERRCODE = 'restrict_violation';
END $$;--> statement-breakpoint
CREATE TRIGGER "audit_log_only_added" BEFORE UPDATE OR TRUNCATE ON "audit_log"
	FOR EACH STATEMENT EXECUTE FUNCTION "refuse_to_change_the_audit_log"();--> statement-breakpoint
-- Retention deletes the oldest entries and appends one that names the last of them, in one statement, at whose end this
-- looks. Every other deletion is refused.
CREATE FUNCTION "refuse_to_delete_audit_entries"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF EXISTS (SELECT FROM deleted WHERE deleted."sequence" > coalesce((
		SELECT ("detail"::jsonb ->> 'through')::int FROM "audit_log" WHERE "action" = 'audit.swept'
		ORDER BY "sequence" DESC LIMIT 1), 0)) THEN
		RAISE EXCEPTION 'The audit log is only ever added to.' USING ERRCODE = 'restrict_violation';
	END IF;
	RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER "audit_log_swept_from_its_beginning" AFTER DELETE ON "audit_log"
	REFERENCING OLD TABLE AS deleted
	FOR EACH STATEMENT EXECUTE FUNCTION "refuse_to_delete_audit_entries"();
