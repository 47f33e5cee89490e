-- Tables and ledger as the version wrote them that gave a file's only record the key of its file.
CREATE TABLE "processing_run" (
    "run_id" varchar(80) NOT NULL,
    "contract_name" varchar(400) NOT NULL,
    "contract_hash" varchar(128) NOT NULL,
    "status" varchar(80) NOT NULL,
    "started_at" timestamp(6) with time zone NOT NULL,
    "finished_at" timestamp(6) with time zone,
    "workers" integer NOT NULL,
    "source" clob NOT NULL,
    "documents_read" bigint,
    "documents_loaded" bigint,
    "documents_rejected" bigint,
    "documents_skipped" bigint,
    "summary" clob,
    CONSTRAINT "processing_run_pkey" PRIMARY KEY ("run_id")
);

CREATE TABLE "processing_log" (
    "content_hash" bigint NOT NULL,
    "finished_at" timestamp(6) with time zone NOT NULL,
    "row_count" integer NOT NULL,
    "attempt" integer NOT NULL,
    "line" integer,
    "column_number" integer,
    "worker" smallint NOT NULL,
    "contract_name" varchar(400) NOT NULL,
    "document_key" varchar(800) NOT NULL,
    "status" varchar(16) NOT NULL,
    "run_id" varchar(80) NOT NULL,
    "stage" varchar(80),
    "code" varchar(80),
    "table_name" clob,
    "column_name" clob,
    "path" clob,
    "message" clob,
    "row_keys" clob,
    CONSTRAINT "processing_log_pkey" PRIMARY KEY ("contract_name", "document_key")
);

CREATE TABLE "processing_seen" (
    "run_id" varchar(80) NOT NULL,
    "document_key" varchar(800) NOT NULL,
    "worker" smallint NOT NULL,
    "transaction_number" integer NOT NULL,
    CONSTRAINT "processing_seen_pkey" PRIMARY KEY ("run_id", "document_key", "worker", "transaction_number")
);

CREATE TABLE "orders" (
    "id" bigint NOT NULL,
    "buyer" varchar(24) NOT NULL,
    "file" varchar(200),
    CONSTRAINT "orders_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "item" (
    "order_id" bigint NOT NULL,
    "pos" integer NOT NULL,
    "price" decimal(9,2),
    CONSTRAINT "item_pkey" PRIMARY KEY ("order_id", "pos"),
    CONSTRAINT "item_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "orders" ("id")
);

INSERT INTO "orders" ("id", "buyer", "file") VALUES (1, 'Ann', 'one.xml');
INSERT INTO "orders" ("id", "buyer", "file") VALUES (2, 'Bob', 'two.xml#1');
INSERT INTO "orders" ("id", "buyer", "file") VALUES (3, 'Cleo', 'two.xml#2');
INSERT INTO "orders" ("id", "buyer", "file") VALUES (5, 'Eve', 'kept.xml');
INSERT INTO "orders" ("id", "buyer", "file") VALUES (6, 'Fay', 'cut.xml#1');
INSERT INTO "orders" ("id", "buyer", "file") VALUES (9, 'Ida', 'gone.xml');
INSERT INTO "item" ("order_id", "pos", "price") VALUES (1, 1, 1.50);
INSERT INTO "item" ("order_id", "pos", "price") VALUES (2, 1, 2.50);
INSERT INTO "item" ("order_id", "pos", "price") VALUES (3, 1, 3.50);
INSERT INTO "item" ("order_id", "pos", "price") VALUES (5, 1, 5.50);
INSERT INTO "item" ("order_id", "pos", "price") VALUES (6, 1, 6.50);
INSERT INTO "item" ("order_id", "pos", "price") VALUES (9, 1, 9.50);
INSERT INTO "processing_run" ("run_id", "contract_name", "contract_hash", "status", "started_at", "finished_at", "workers", "source", "documents_read", "documents_loaded", "documents_rejected", "documents_skipped", "summary") VALUES ('20261129-120938-8cf6cd', 'orders', '044d2f5860002fa8e4f446e0e3f5977dcd2c1b4b63916181d5e11c23093284e1', 'finished', '2026-11-29 12:09:38.974842+00', '2026-11-29 12:09:46.418787+00', 1, 'in-h2', 8, 6, 2, 0, '{}');
INSERT INTO "processing_run" ("run_id", "contract_name", "contract_hash", "status", "started_at", "finished_at", "workers", "source", "documents_read", "documents_loaded", "documents_rejected", "documents_skipped", "summary") VALUES ('20261129-120947-8e9c42', 'orders', '044d2f5860002fa8e4f446e0e3f5977dcd2c1b4b63916181d5e11c23093284e1', 'finished', '2026-11-29 12:09:47.407047+00', '2026-11-29 12:09:49.218259+00', 1, 'in-h2', 8, 0, 1, 7, '{}');
INSERT INTO "processing_log" ("content_hash", "finished_at", "row_count", "attempt", "line", "column_number", "worker", "contract_name", "document_key", "status", "run_id", "stage", "code", "table_name", "column_name", "path", "message", "row_keys") VALUES (-6938358589998955270, '2026-11-29 12:09:43.271808+00', 2, 1, NULL, NULL, 1, 'orders', 'cut.xml#1', 'loaded', '20261129-120938-8cf6cd', NULL, NULL, NULL, NULL, NULL, NULL, '{"orders":{"id":["6"]}}');
INSERT INTO "processing_log" ("content_hash", "finished_at", "row_count", "attempt", "line", "column_number", "worker", "contract_name", "document_key", "status", "run_id", "stage", "code", "table_name", "column_name", "path", "message", "row_keys") VALUES (-5860631321447458691, '2026-11-29 12:09:43.271808+00', 2, 1, NULL, NULL, 1, 'orders', 'one.xml', 'loaded', '20261129-120938-8cf6cd', NULL, NULL, NULL, NULL, NULL, NULL, '{"orders":{"id":["1"]}}');
INSERT INTO "processing_log" ("content_hash", "finished_at", "row_count", "attempt", "line", "column_number", "worker", "contract_name", "document_key", "status", "run_id", "stage", "code", "table_name", "column_name", "path", "message", "row_keys") VALUES (-2710659169050056714, '2026-11-29 12:09:43.271808+00', 2, 1, NULL, NULL, 1, 'orders', 'two.xml#1', 'loaded', '20261129-120938-8cf6cd', NULL, NULL, NULL, NULL, NULL, NULL, '{"orders":{"id":["2"]}}');
INSERT INTO "processing_log" ("content_hash", "finished_at", "row_count", "attempt", "line", "column_number", "worker", "contract_name", "document_key", "status", "run_id", "stage", "code", "table_name", "column_name", "path", "message", "row_keys") VALUES (-1992981025740175310, '2026-11-29 12:09:43.271808+00', 0, 1, 1, 9, 1, 'orders', 'bad.xml', 'rejected', '20261129-120938-8cf6cd', 'map', 'value-too-long', 'orders', 'buyer', 'buyer', 'a text of 23 characters does not fit varchar(12); set ''overflow: truncate'' or widen the column', NULL);
INSERT INTO "processing_log" ("content_hash", "finished_at", "row_count", "attempt", "line", "column_number", "worker", "contract_name", "document_key", "status", "run_id", "stage", "code", "table_name", "column_name", "path", "message", "row_keys") VALUES (0, '2026-11-29 12:09:43.271808+00', 0, 1, 1, 69, 1, 'orders', 'cut.xml#2', 'rejected', '20261129-120938-8cf6cd', 'parse', 'not-well-formed', NULL, NULL, NULL, 'the file ends within the record that begins here: it is cut off, or an end tag is missing or misspelt', NULL);
INSERT INTO "processing_log" ("content_hash", "finished_at", "row_count", "attempt", "line", "column_number", "worker", "contract_name", "document_key", "status", "run_id", "stage", "code", "table_name", "column_name", "path", "message", "row_keys") VALUES (1548316323425806331, '2026-11-29 12:09:43.271808+00', 2, 1, NULL, NULL, 1, 'orders', 'gone.xml', 'loaded', '20261129-120938-8cf6cd', NULL, NULL, NULL, NULL, NULL, NULL, '{"orders":{"id":["9"]}}');
INSERT INTO "processing_log" ("content_hash", "finished_at", "row_count", "attempt", "line", "column_number", "worker", "contract_name", "document_key", "status", "run_id", "stage", "code", "table_name", "column_name", "path", "message", "row_keys") VALUES (2294877560425659184, '2026-11-29 12:09:48.691282+00', 2, 2, 1, 9, 1, 'orders', 'kept.xml', 'rejected', '20261129-120947-8e9c42', 'map', 'value-too-long', 'orders', 'buyer', 'buyer', 'a text of 23 characters does not fit varchar(12); set ''overflow: truncate'' or widen the column', '{"orders":{"id":["5"]}}');
INSERT INTO "processing_log" ("content_hash", "finished_at", "row_count", "attempt", "line", "column_number", "worker", "contract_name", "document_key", "status", "run_id", "stage", "code", "table_name", "column_name", "path", "message", "row_keys") VALUES (6445905676741689004, '2026-11-29 12:09:43.271808+00', 2, 1, NULL, NULL, 1, 'orders', 'two.xml#2', 'loaded', '20261129-120938-8cf6cd', NULL, NULL, NULL, NULL, NULL, NULL, '{"orders":{"id":["3"]}}');
-- A run with --delete-missing that was killed.
INSERT INTO "processing_run" ("run_id", "contract_name", "contract_hash", "status", "started_at", "workers", "source") VALUES ('20251129-120952-000000', 'orders', '044d2f5860002fa8e4f446e0e3f5977dcd2c1b4b63916181d5e11c23093284e1', 'running', '2025-11-29 12:09:38.974842+00', 1, 'in-h2');
INSERT INTO "processing_seen" ("run_id", "document_key", "worker", "transaction_number") VALUES ('20251129-120952-000000', 'one.xml', 1, 1);
INSERT INTO "processing_seen" ("run_id", "document_key", "worker", "transaction_number") VALUES ('20251129-120952-000000', 'gone.xml', 1, 1);
