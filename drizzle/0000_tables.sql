CREATE TABLE "challenges" (
	"id" text PRIMARY KEY NOT NULL,
	"service_id" text NOT NULL,
	"version" integer NOT NULL,
	"status" text NOT NULL,
	"reason" text,
	"flow" text NOT NULL,
	"told" boolean NOT NULL,
	"attempts_left" integer NOT NULL,
	"fallback" jsonb NOT NULL,
	"deliveries" jsonb NOT NULL,
	"to" text,
	"masked" text NOT NULL,
	"number_hash" text NOT NULL,
	"region" text NOT NULL,
	"scope" text NOT NULL,
	"locale" text NOT NULL,
	"details" text,
	"message" text,
	"code_length" integer NOT NULL,
	"secret_id" text NOT NULL,
	"from_number" text,
	"carrier" text,
	"extension" text,
	"metadata" jsonb NOT NULL,
	"live_number" text,
	"created_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"ended_at" timestamp with time zone,
	"outcome_version" integer,
	"wake_at" timestamp with time zone,
	CONSTRAINT "challenges_outcome_is_whole" CHECK (("challenges"."status" = 'pending') = ("challenges"."reason" is null) and ("challenges"."status" = 'pending') = ("challenges"."ended_at" is null) and ("challenges"."status" = 'pending') = ("challenges"."outcome_version" is null)),
	CONSTRAINT "challenges_budget" CHECK ("challenges"."attempts_left" >= 0)
);
--> statement-breakpoint
CREATE TABLE "closed_endpoints" (
	"endpoint" text PRIMARY KEY NOT NULL,
	"closed_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "counters" (
	"key" text NOT NULL,
	"seconds" integer NOT NULL,
	"count" integer NOT NULL,
	"ends_at" timestamp with time zone NOT NULL,
	CONSTRAINT "counters_key_seconds_pk" PRIMARY KEY("key","seconds")
);
--> statement-breakpoint
CREATE TABLE "events" (
	"challenge_id" text NOT NULL,
	"version" integer NOT NULL,
	"delivery_id" text,
	"type" text NOT NULL,
	"data" jsonb NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "events_challenge_id_version_pk" PRIMARY KEY("challenge_id","version")
);
--> statement-breakpoint
CREATE TABLE "idempotency" (
	"service_id" text NOT NULL,
	"key" text NOT NULL,
	"fingerprint" text NOT NULL,
	"challenge_id" text,
	"body" text,
	"held_at" timestamp with time zone DEFAULT now() NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "idempotency_service_id_key_pk" PRIMARY KEY("service_id","key")
);
--> statement-breakpoint
CREATE TABLE "outbox" (
	"id" text PRIMARY KEY NOT NULL,
	"challenge_id" text NOT NULL,
	"type" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"next_at" timestamp with time zone DEFAULT now(),
	"tries" integer DEFAULT 0 NOT NULL,
	"last_error" text,
	"delivered_at" timestamp with time zone,
	"failed_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "pace" (
	"carrier" text PRIMARY KEY NOT NULL,
	"free_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "reach" (
	"number_hash" text NOT NULL,
	"channel" text NOT NULL,
	"reached_at" timestamp with time zone NOT NULL,
	CONSTRAINT "reach_number_hash_channel_pk" PRIMARY KEY("number_hash","channel")
);
--> statement-breakpoint
CREATE TABLE "services" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"key_hash" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "services_key_hash_unique" UNIQUE("key_hash")
);
--> statement-breakpoint
CREATE UNIQUE INDEX "challenges_one_live_call" ON "challenges" USING btree ("live_number") WHERE "challenges"."live_number" is not null;--> statement-breakpoint
CREATE INDEX "challenges_wake_at" ON "challenges" USING btree ("wake_at") WHERE "challenges"."wake_at" is not null;--> statement-breakpoint
CREATE INDEX "counters_ends_at" ON "counters" USING btree ("ends_at");--> statement-breakpoint
CREATE INDEX "idempotency_created_at" ON "idempotency" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "outbox_next_at" ON "outbox" USING btree ("next_at") WHERE "outbox"."next_at" is not null;--> statement-breakpoint
CREATE INDEX "outbox_failed_at" ON "outbox" USING btree ("failed_at") WHERE "outbox"."failed_at" is not null;--> statement-breakpoint
-- Room on each page for the next version of a row, so that an update that moves no index entry stays on its page:
-- a charged counter, a reserved slot.
ALTER TABLE "challenges" SET (fillfactor = 80);--> statement-breakpoint
ALTER TABLE "counters" SET (fillfactor = 70);--> statement-breakpoint
ALTER TABLE "idempotency" SET (fillfactor = 70);--> statement-breakpoint
ALTER TABLE "reach" SET (fillfactor = 70);--> statement-breakpoint
ALTER TABLE "pace" SET (fillfactor = 10);--> statement-breakpoint
-- By default a fifth of a table must have changed before it is cleaned: among ten million ended challenges that is two
-- million dead entries at the head of challenges_wake_at, where everybody looks every second.
ALTER TABLE "challenges" SET (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 5000);--> statement-breakpoint
ALTER TABLE "outbox" SET (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 5000);--> statement-breakpoint
CREATE FUNCTION "refuse_to_change_the_ledger"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION 'The ledger is only ever added to.' USING ERRCODE = 'restrict_violation';
END $$;--> statement-breakpoint
CREATE TRIGGER "events_are_only_added" BEFORE UPDATE OR DELETE OR TRUNCATE ON "events"
	FOR EACH STATEMENT EXECUTE FUNCTION "refuse_to_change_the_ledger"();
