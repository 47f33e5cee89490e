-- Tables for the hire contract of the original's worked example, in the manner of the original's, for SQL Server.

CREATE TABLE hire.app_base (
    app_id int IDENTITY(1,1) NOT NULL PRIMARY KEY,
    lodged_at datetime NOT NULL DEFAULT GETUTCDATE(),
    line_enum smallint NULL,
    kind_enum smallint NULL,
    verdict_enum smallint NULL,
    handed_over_at datetime NULL,
    entry_host varchar(39) NULL,
    row_stamp datetime NOT NULL DEFAULT GETUTCDATE()
);

CREATE TABLE hire.app_contact_base (
    con_id int IDENTITY(1,1) NOT NULL PRIMARY KEY,
    app_id int NOT NULL REFERENCES hire.app_base (app_id) ON DELETE CASCADE,
    hirer_role_enum smallint NULL,
    first_name varchar(20) NOT NULL,
    last_name varchar(20) NOT NULL,
    ssn varchar(9) NOT NULL,
    birth_date datetime NOT NULL DEFAULT GETUTCDATE(),
    land_line varchar(10) NULL
);

CREATE TABLE hire.app_traffic_rl (
    app_id int NOT NULL PRIMARY KEY REFERENCES hire.app_base (app_id) ON DELETE CASCADE,
    held_by varchar(12) NULL,
    mute_post_flag bit NOT NULL DEFAULT 0,
    north_fee_flag bit NOT NULL DEFAULT 0
);

CREATE TABLE hire.app_bench_rl (
    app_id int NOT NULL PRIMARY KEY REFERENCES hire.app_base (app_id) ON DELETE CASCADE,
    clock_start datetime NULL,
    clock_end datetime NULL,
    tone_lead_enum smallint NULL,
    model_factor_1 varchar(25) NULL,
    model_factor_2 varchar(25) NULL,
    pitch_factor varchar(25) NULL,
    strings_band varchar(8) NULL,
    keys_band varchar(8) NULL,
    rent_lead decimal(18,2) NULL,
    rent_second decimal(18,2) NULL,
    seen_flag bit NOT NULL DEFAULT 0,
    review_enum smallint NULL
);

CREATE TABLE hire.app_terms_rl (
    app_id int NOT NULL PRIMARY KEY REFERENCES hire.app_base (app_id) ON DELETE CASCADE,
    rate decimal(18,3) NULL,
    span_months smallint NULL,
    booked_day date NULL,
    deposit_digits int NULL,
    ledger_num bigint NULL,
    lead_member_code varchar(6) NULL,
    second_member_code varchar(6) NULL
);

CREATE TABLE hire.app_shop_rl (
    app_id int NOT NULL PRIMARY KEY REFERENCES hire.app_base (app_id) ON DELETE CASCADE,
    shop_code int NOT NULL,
    shop_phone varchar(10) NULL,
    branch_num int NULL,
    urgency_enum smallint NULL,
    shop_bank_digits varchar(9) NULL
);

CREATE TABLE hire.app_checks_rl (
    app_id int NOT NULL PRIMARY KEY REFERENCES hire.app_base (app_id) ON DELETE CASCADE,
    strap_enum smallint NULL,
    case_lid_enum smallint NULL,
    bow_enum smallint NOT NULL,
    steward_mail varchar(40) NULL,
    checker_mail varchar(40) NULL
);

CREATE TABLE hire.app_collateral_rl (
    app_id int NOT NULL REFERENCES hire.app_base (app_id) ON DELETE CASCADE,
    sort_order tinyint NOT NULL,
    goods_kind_enum smallint NULL,
    maker varchar(250) NULL,
    played_flag bit NOT NULL DEFAULT 0,
    wholesale_value decimal(18,2) NULL,
    made_year smallint NULL,
    hours_played int NULL,
    serial_mark varchar(250) NULL,
    PRIMARY KEY (app_id, sort_order)
);

CREATE TABLE hire.app_warranties_rl (
    app_id int NOT NULL REFERENCES hire.app_base (app_id) ON DELETE CASCADE,
    warranty_type_enum smallint NOT NULL,
    firm varchar(250) NULL,
    price decimal(18,2) NULL,
    span_months smallint NULL,
    merrick_lienholder_flag bit NOT NULL DEFAULT 0,
    PRIMARY KEY (app_id, warranty_type_enum)
);

CREATE TABLE hire.app_policy_exceptions_rl (
    app_id int NOT NULL REFERENCES hire.app_base (app_id) ON DELETE CASCADE,
    policy_exception_type_enum smallint NOT NULL,
    reason_code varchar(50) NULL,
    notes varchar(max) NULL,
    PRIMARY KEY (app_id, policy_exception_type_enum)
);

CREATE TABLE hire.app_contact_address (
    con_id int NOT NULL,
    address_type_enum smallint NOT NULL,
    city varchar(15) NULL,
    state varchar(2) NULL,
    street_name varchar(25) NULL,
    zip varchar(9) NULL,
    months_there smallint NULL,
    hold_enum smallint NULL,
    PRIMARY KEY (con_id, address_type_enum)
);

CREATE TABLE hire.app_contact_employment (
    con_id int NOT NULL,
    employment_type_enum smallint NOT NULL,
    business_name varchar(30) NULL,
    monthly_salary decimal(18,2) NULL,
    months_there smallint NULL,
    job_title varchar(20) NULL,
    PRIMARY KEY (con_id, employment_type_enum)
);

CREATE TABLE hire.app_historical_lookup (
    app_id int NOT NULL REFERENCES hire.app_base (app_id) ON DELETE CASCADE,
    name varchar(100) NOT NULL,
    source varchar(50) NOT NULL,
    value varchar(250) NULL,
    rowstamp datetime NOT NULL DEFAULT GETUTCDATE(),
    PRIMARY KEY (app_id, name, source)
);

CREATE TABLE hire.scores (
    app_id int NOT NULL REFERENCES hire.app_base (app_id) ON DELETE CASCADE,
    score_identifier varchar(50) NOT NULL,
    score int NOT NULL,
    PRIMARY KEY (app_id, score_identifier)
);
