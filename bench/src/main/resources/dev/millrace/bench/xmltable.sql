-- One XMLTABLE over the union of all row patterns into a temporary table, then an INSERT for each table: the fastest of the
-- ways that a DBA would try. {sessions} and {session} say which documents are whose.
-- A contact's position among its siblings ties its addresses and employments to it; ids alone can be entered twice.

CREATE TEMPORARY TABLE shredded ON COMMIT DROP AS
SELECT d.app_id AS document, x.*
FROM app_xml d,
     XMLTABLE(
         '/Provenir/Request/CustData/application
          | /Provenir/Request/CustData/application/contact[@con_id != ""]
          | /Provenir/Request/CustData/application/contact[@con_id != ""]/contact_address[@address_tp_c = "CURR" or @address_tp_c = "PREV"]
          | /Provenir/Request/CustData/application/contact[@con_id != ""]/contact_employment[@employment_tp_c = "CURR" or @employment_tp_c = "PREV"]'
         PASSING XMLPARSE(DOCUMENT d.xml)
         COLUMNS n FOR ORDINALITY,
                 kind text PATH 'name()',
                 position integer PATH 'count(self::contact/preceding-sibling::contact | parent::contact/preceding-sibling::contact)',
                 id text PATH '../../@ID | @con_id | ../@con_id',
                 tp text PATH '@app_source_tp_c | @ac_role_tp_c | @address_tp_c | @employment_tp_c',
                 a text PATH '@app_receive_date | @first_name | @street_name | @b_name',
                 b text PATH '@loan_purpose_tp_c | @middle_initial | @unit | @b_occupation',
                 c text PATH '@requested_amount | @last_name | @city | @b_salary',
                 d text PATH '@esign_ind | @birth_date | @state | @b_salary_basis_tp_c',
                 e text PATH '@comments | @ssn | @postal_code | @b_hired',
                 f text PATH 'app_product/@product_tp_c | @email | @months | @b_self_ind',
                 g text PATH 'app_product/@decision_tp_c | @mobile_phone | @years',
                 h text PATH 'app_product/@decision_date | @residence_tp_c',
                 i text PATH 'app_product/@approved_amount | @monthly_cost',
                 j text PATH 'app_product/@apr',
                 k text PATH 'app_product/@term_months',
                 s1 text PATH 'app_product/@TU_TIE_score',
                 s2 text PATH 'app_product/@EX_DIE_score',
                 s3 text PATH 'app_product/@EQ_FICO_score',
                 s4 text PATH 'app_product/@VANTAGE_score',
                 s5 text PATH 'app_product/@FRAUD_score') x
WHERE d.app_id / 500 % {sessions} = {session};

CREATE TEMPORARY TABLE applicant ON COMMIT DROP AS
SELECT DISTINCT ON (document, id) document, position, id::bigint AS con_id, tp, a, b, c, d, e, f, g
FROM shredded
WHERE kind = 'contact' AND tp IN ('PR', 'AUTHU')
ORDER BY document, id, tp = 'PR' DESC, position DESC;

ANALYZE applicant;

INSERT INTO migration.app_base
SELECT s.id::bigint,
       coalesce(nullif(btrim(s.a), '')::timestamp, '1900-01-01'),
       CASE s.tp WHEN 'INTERNET' THEN 1 WHEN 'BRANCH' THEN 2 WHEN 'PHONE' THEN 3 ELSE 9 END,
       coalesce(nullif(btrim(s.b), ''), 'OTHER'),
       nullif(btrim(s.c), '')::numeric(12, 2),
       CASE s.d WHEN 'Y' THEN true WHEN 'N' THEN false END,
       left(nullif(btrim(s.e), ''), 100),
       nullif(btrim(s.f), ''),
       CASE s.g WHEN 'APPROVED' THEN 1 WHEN 'DECLINED' THEN 2 WHEN 'PENDING' THEN 3 END,
       CASE WHEN s.h LIKE '%/%' THEN to_date(s.h, 'MM/DD/YYYY') ELSE nullif(btrim(s.h), '')::date END,
       nullif(btrim(s.i), '')::numeric(12, 2),
       nullif(btrim(s.j), '')::numeric(6, 3),
       nullif(btrim(s.k), '')::smallint,
       p.id::bigint,
       nullif(translate(p.e, '-. ', ''), ''),
       coalesce(c.contacts, 0)
FROM shredded s
LEFT JOIN (SELECT document, count(*) AS contacts FROM shredded WHERE kind = 'contact' GROUP BY document) c
    USING (document)
LEFT JOIN (SELECT DISTINCT ON (document) document, id, e FROM shredded WHERE kind = 'contact' AND tp = 'PR'
           ORDER BY document, position DESC) p
    USING (document)
WHERE s.kind = 'application';

INSERT INTO migration.contact_base
SELECT s.id::bigint,
       p.con_id,
       CASE p.tp WHEN 'PR' THEN 'primary' ELSE 'authorized' END,
       left(nullif(btrim(p.a), ''), 50),
       nullif(btrim(p.b), ''),
       btrim(p.c),
       nullif(btrim(p.d), '')::date,
       nullif(translate(p.e, '-. ', ''), ''),
       lower(nullif(btrim(p.f), '')),
       nullif(translate(p.g, '-+(). ', ''), '')
FROM applicant p
JOIN shredded s ON s.document = p.document AND s.kind = 'application';

INSERT INTO migration.contact_address
SELECT p.con_id,
       row_number() OVER (PARTITION BY s.document, s.position ORDER BY s.n),
       s.tp,
       nullif(btrim(s.a), ''),
       nullif(btrim(s.b), ''),
       nullif(btrim(s.c), ''),
       upper(nullif(btrim(s.d), '')),
       nullif(btrim(s.e), ''),
       nullif(btrim(s.f), '')::integer + 12 * nullif(btrim(s.g), '')::integer,
       CASE s.h WHEN 'OWN' THEN 'owner' WHEN 'RENT' THEN 'tenant' WHEN 'FAMILY' THEN 'family' END,
       nullif(btrim(s.i), '')::numeric(10, 2)
FROM shredded s
JOIN applicant p USING (document, position)
WHERE s.kind = 'contact_address';

INSERT INTO migration.contact_employment
SELECT con_id, tp, employer, occupation, salary, periods, salary * periods, hired, self_employed
FROM (SELECT p.con_id,
             s.tp,
             nullif(btrim(s.a), '') AS employer,
             nullif(btrim(s.b), '') AS occupation,
             nullif(translate(s.c, '$, ', ''), '')::numeric(12, 2) AS salary,
             CASE s.d WHEN 'YEARLY' THEN 1 WHEN 'MONTHLY' THEN 12 WHEN 'WEEKLY' THEN 52 END AS periods,
             nullif(btrim(s.e), '')::date AS hired,
             CASE s.f WHEN 'Y' THEN true WHEN 'N' THEN false END AS self_employed
      FROM shredded s
      JOIN applicant p USING (document, position)
      WHERE s.kind = 'contact_employment') job
WHERE num_nonnulls(employer, occupation, salary, periods, hired, self_employed) > 0;

INSERT INTO migration.scores
SELECT s.id::bigint, score.name, btrim(score.value)::integer
FROM shredded s,
     LATERAL (VALUES ('TransUnion TIE', s.s1), ('Experian DIE', s.s2), ('Equifax FICO', s.s3), ('VantageScore', s.s4),
                     ('Fraud', s.s5)) AS score (name, value)
WHERE s.kind = 'application' AND btrim(score.value) <> '';
