-- Tables in the manner of the original's, for SQL Server.
CREATE TABLE dbo.app_enums (
    enum_id   smallint    NOT NULL PRIMARY KEY,
    enum_name varchar(50) NOT NULL
);
INSERT INTO dbo.app_enums (enum_id, enum_name) VALUES
    (101, 'WEB'), (102, 'SHOP'), (103, 'POST'), (201, 'YES'), (202, 'NO'), (209, 'OPEN'), (301, 'PR'), (302, 'AUTHU'),
    (401, 'CURR'), (402, 'PREV'), (501, 'CURR'), (502, 'PREV'), (620, 'COVER'), (621, 'CARE'), (630, 'AGE'), (631, 'INCOME');

CREATE TABLE dbo.app_base (
    app_id        int IDENTITY(1,1) NOT NULL PRIMARY KEY,
    receive_date  datetime    NOT NULL DEFAULT GETUTCDATE(),
    channel_enum  smallint    NULL REFERENCES dbo.app_enums (enum_id),
    outcome_enum  smallint    NULL REFERENCES dbo.app_enums (enum_id),
    decision_date date        NULL,
    ip_address    varchar(39) NULL,
    row_stamp     datetime    NOT NULL DEFAULT GETUTCDATE()
);

CREATE TABLE dbo.app_operational_cc (
    app_id          int         NOT NULL PRIMARY KEY REFERENCES dbo.app_base (app_id) ON DELETE CASCADE,
    signed_flag     bit         NOT NULL DEFAULT 0,
    online_flag     bit         NOT NULL DEFAULT 0,
    authu_text_flag bit         NOT NULL DEFAULT 0,
    grade           char(1)     NULL,
    regb_start_date datetime    NULL DEFAULT GETUTCDATE(),
    regb_end_date   datetime    NULL,
    assigned_to     varchar(80) NULL
);

CREATE TABLE dbo.app_pricing_cc (
    app_id           int           NOT NULL PRIMARY KEY REFERENCES dbo.app_base (app_id) ON DELETE CASCADE,
    annual_fee       tinyint       NULL,
    rate             decimal(7,4)  NULL,
    requested_amount decimal(18,2) NULL,
    grace_days       smallint      NOT NULL DEFAULT 14,
    campaign         varchar(6)    NOT NULL,
    segment          varchar(12)   NOT NULL DEFAULT 'NONE'
);

CREATE TABLE dbo.app_contact_base (
    con_id     int IDENTITY(1,1) NOT NULL PRIMARY KEY,
    app_id     int         NOT NULL REFERENCES dbo.app_base (app_id) ON DELETE CASCADE,
    first_name varchar(20) NOT NULL,
    last_name  varchar(20) NULL,
    ssn        char(9)     NULL,
    birth_date datetime    NULL,
    role_enum  smallint    NOT NULL REFERENCES dbo.app_enums (enum_id),
    mail_flag  bit         NOT NULL DEFAULT 0
);

CREATE TABLE dbo.app_contact_address (
    con_id            int         NOT NULL REFERENCES dbo.app_contact_base (con_id) ON DELETE CASCADE,
    address_type_enum smallint    NOT NULL REFERENCES dbo.app_enums (enum_id),
    city              varchar(15) NULL,
    zip               char(5)     NULL,
    months_at_address int         NULL,
    PRIMARY KEY (con_id, address_type_enum)
);

CREATE TABLE dbo.app_contact_employment (
    con_id               int           NOT NULL REFERENCES dbo.app_contact_base (con_id) ON DELETE CASCADE,
    employment_type_enum smallint      NOT NULL REFERENCES dbo.app_enums (enum_id),
    business_name        varchar(30)   NULL,
    monthly_salary       decimal(12,2) NULL,
    PRIMARY KEY (con_id, employment_type_enum)
);

CREATE TABLE dbo.app_collateral_rl (
    app_id          int           NOT NULL REFERENCES dbo.app_base (app_id) ON DELETE CASCADE,
    sort_order      tinyint       NOT NULL,
    make            varchar(20)   NULL,
    model_year      smallint      NULL,
    wholesale_value decimal(18,2) NULL,
    used_flag       bit           NOT NULL DEFAULT 0,
    PRIMARY KEY (app_id, sort_order)
);

CREATE TABLE dbo.app_warranties_rl (
    app_id                  int           NOT NULL REFERENCES dbo.app_base (app_id) ON DELETE CASCADE,
    warranty_type_enum      smallint      NOT NULL REFERENCES dbo.app_enums (enum_id),
    company_name            varchar(50)   NULL,
    amount                  decimal(18,2) NULL,
    term_months             smallint      NULL,
    merrick_lienholder_flag bit           NOT NULL DEFAULT 0,
    PRIMARY KEY (app_id, warranty_type_enum)
);

CREATE TABLE dbo.app_policy_exceptions_rl (
    app_id                     int         NOT NULL REFERENCES dbo.app_base (app_id) ON DELETE CASCADE,
    policy_exception_type_enum smallint    NOT NULL REFERENCES dbo.app_enums (enum_id),
    reason_code                varchar(50) NULL,
    PRIMARY KEY (app_id, policy_exception_type_enum)
);

CREATE TABLE dbo.app_historical_lookup (
    app_id   int          NOT NULL REFERENCES dbo.app_base (app_id) ON DELETE CASCADE,
    name     varchar(100) NOT NULL,
    source   varchar(50)  NOT NULL,
    value    varchar(250) NULL,
    rowstamp datetime     NOT NULL DEFAULT GETUTCDATE(),
    PRIMARY KEY (app_id, name, source)
);

CREATE TABLE dbo.app_report_results_lookup (
    app_id            int          NOT NULL REFERENCES dbo.app_base (app_id) ON DELETE CASCADE,
    name              varchar(100) NOT NULL,
    value             varchar(250) NULL,
    source_report_key varchar(30)  NULL,
    rowstamp          datetime     NOT NULL DEFAULT GETUTCDATE(),
    PRIMARY KEY (app_id, name)
);

CREATE TABLE dbo.scores (
    app_id           int         NOT NULL REFERENCES dbo.app_base (app_id) ON DELETE CASCADE,
    score_identifier varchar(50) NOT NULL,
    score            int         NOT NULL,
    PRIMARY KEY (app_id, score_identifier)
);

CREATE TABLE dbo.indicators (
    app_id    int         NOT NULL REFERENCES dbo.app_base (app_id) ON DELETE CASCADE,
    indicator varchar(50) NOT NULL,
    value     char(1)     NOT NULL,
    PRIMARY KEY (app_id, indicator)
);

CREATE TABLE dbo.processing_log (
    log_id          int IDENTITY(1,1) NOT NULL PRIMARY KEY,
    app_id          int          NOT NULL,
    status          varchar(20)  NOT NULL,
    failure_reason  varchar(500) NULL,
    processing_time datetime2    NOT NULL DEFAULT GETUTCDATE(),
    session_id      varchar(50)  NULL,
    app_id_start    int          NULL,
    app_id_end      int          NULL
);

CREATE TABLE dbo.app_xml (
    app_id  int NOT NULL PRIMARY KEY,
    app_XML varchar(max) NULL
);
