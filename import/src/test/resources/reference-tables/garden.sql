-- Tables for the garden contract of the original's worked example, in the manner of the original's, for SQL Server.

CREATE TABLE garden.app_base (
    app_id int IDENTITY(1,1) NOT NULL PRIMARY KEY,
    lodged_at datetime NOT NULL DEFAULT GETUTCDATE(),
    channel_enum smallint NULL,
    plan_enum smallint NULL,
    line_enum smallint NOT NULL,
    outcome_enum smallint NULL,
    outcome_at datetime NULL,
    settled_day date NULL,
    entry_host varchar(39) NULL,
    row_stamp datetime NOT NULL DEFAULT GETUTCDATE()
);

CREATE TABLE garden.app_contact_base (
    con_id int IDENTITY(1,1) NOT NULL PRIMARY KEY,
    app_id int NOT NULL REFERENCES garden.app_base (app_id) ON DELETE CASCADE,
    first_name varchar(20) NOT NULL,
    last_name varchar(20) NOT NULL,
    ssn varchar(9) NOT NULL,
    birth_date date NOT NULL,
    member_role_enum smallint NULL,
    mid_initial char(1) NULL,
    mail_box varchar(40) NULL,
    land_line varchar(10) NULL,
    pocket_line varchar(10) NULL,
    letterless_flag bit NOT NULL DEFAULT 0,
    habit varchar(8) NULL
);

CREATE TABLE garden.app_desk (
    app_id int NOT NULL PRIMARY KEY REFERENCES garden.app_base (app_id) ON DELETE CASCADE,
    signed_flag bit NOT NULL DEFAULT 0,
    online_flag bit NOT NULL DEFAULT 0,
    stage_enum smallint NULL,
    picked_by varchar(30) NULL,
    touched_at datetime NULL,
    grade char(1) NULL,
    clock_start datetime NULL,
    reason_scale_1 varchar(25) NULL,
    reason_scale_2 varchar(25) NULL,
    medal_code varchar(4) NULL,
    hall_num smallint NULL,
    refund_share decimal(18,4) NULL,
    spell_ratio decimal(18,2) NULL,
    spell_total int NULL,
    wait_band varchar(10) NULL,
    due_back datetime NULL,
    early_word varchar(5) NULL,
    plot_monthly_cost decimal(18,2) NULL,
    lead_nick varchar(8) NULL,
    lead_prefers_enum smallint NULL,
    mate_text_flag bit NOT NULL DEFAULT 0,
    mate_card_flag bit NOT NULL DEFAULT 0,
    fee_digits int NULL,
    ref_digits varchar(12) NULL
);

CREATE TABLE garden.app_tariff (
    app_id int NOT NULL PRIMARY KEY REFERENCES garden.app_base (app_id) ON DELETE CASCADE,
    segment varchar(10) NULL,
    season_enum smallint NULL,
    campaign varchar(6) NOT NULL,
    yearly_fee decimal(18,2) NULL,
    fee_rate decimal(18,4) NULL,
    loose_amount decimal(18,2) NULL,
    offer_days smallint NULL,
    visits int NOT NULL,
    steward varchar(20) NULL,
    first_day date NULL,
    lead_card_limit smallint NULL
);

CREATE TABLE garden.app_traffic (
    app_id int NOT NULL PRIMARY KEY REFERENCES garden.app_base (app_id) ON DELETE CASCADE,
    held_by varchar(12) NULL,
    device_print varchar(max) NULL,
    token_text varchar(60) NULL,
    trail_ref bigint NULL,
    pages_seen tinyint NULL
);

CREATE TABLE garden.app_invite (
    app_id int NOT NULL PRIMARY KEY REFERENCES garden.app_base (app_id) ON DELETE CASCADE,
    invite_ref varchar(15) NULL,
    invite_wave tinyint NOT NULL,
    invite_mark varchar(10) NULL,
    reply_day date NULL
);

CREATE TABLE garden.app_rare (
    app_id int NOT NULL PRIMARY KEY REFERENCES garden.app_base (app_id) ON DELETE CASCADE,
    ratio float NULL,
    seen_at smalldatetime NULL,
    asked bit NULL,
    loose_flag bit NOT NULL DEFAULT 0,
    tagged varchar(12) NULL,
    kept_as varchar(12) NULL,
    stamped_at datetime NULL
);

CREATE TABLE garden.app_contact_address (
    con_id int NOT NULL,
    address_type_enum smallint NOT NULL,
    city varchar(15) NULL,
    state varchar(2) NULL,
    street_number varchar(6) NULL,
    street_name varchar(25) NULL,
    zip varchar(9) NULL,
    months_there smallint NULL,
    hold_enum smallint NULL,
    PRIMARY KEY (con_id, address_type_enum)
);

CREATE TABLE garden.app_contact_employment (
    con_id int NOT NULL,
    employment_type_enum smallint NOT NULL,
    business_name varchar(30) NULL,
    job_title varchar(20) NULL,
    monthly_salary decimal(18,2) NULL,
    months_there smallint NULL,
    side_income decimal(18,2) NULL,
    income_enum smallint NULL,
    zip varchar(5) NULL,
    PRIMARY KEY (con_id, employment_type_enum)
);

CREATE TABLE garden.app_report_results_lookup (
    app_id int NOT NULL REFERENCES garden.app_base (app_id) ON DELETE CASCADE,
    name varchar(100) NOT NULL,
    value varchar(250) NULL,
    source_report_key varchar(30) NULL,
    rowstamp datetime NOT NULL DEFAULT GETUTCDATE(),
    PRIMARY KEY (app_id, name)
);

CREATE TABLE garden.app_historical_lookup (
    app_id int NOT NULL REFERENCES garden.app_base (app_id) ON DELETE CASCADE,
    name varchar(100) NOT NULL,
    source varchar(50) NOT NULL,
    value varchar(250) NULL,
    rowstamp datetime NOT NULL DEFAULT GETUTCDATE(),
    PRIMARY KEY (app_id, name, source)
);

CREATE TABLE garden.scores (
    app_id int NOT NULL REFERENCES garden.app_base (app_id) ON DELETE CASCADE,
    score_identifier varchar(50) NOT NULL,
    score int NOT NULL,
    PRIMARY KEY (app_id, score_identifier)
);

CREATE TABLE garden.indicators (
    app_id int NOT NULL REFERENCES garden.app_base (app_id) ON DELETE CASCADE,
    indicator varchar(50) NOT NULL,
    value varchar(10) NOT NULL,
    PRIMARY KEY (app_id, indicator)
);
