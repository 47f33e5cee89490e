SELECT app_id,
       coalesce(CAST(nullif(trim(a._app_receive_date), '') AS timestamp), timestamp '1900-01-01') AS receive_date,
       CAST(CASE a._app_source_tp_c WHEN 'INTERNET' THEN 1 WHEN 'BRANCH' THEN 2 WHEN 'PHONE' THEN 3 ELSE 9 END AS smallint) AS channel,
       coalesce(nullif(trim(a._loan_purpose_tp_c), ''), 'OTHER') AS purpose,
       CAST(nullif(trim(a._requested_amount), '') AS decimal(12, 2)) AS requested_amount,
       CASE a._esign_ind WHEN 'Y' THEN true WHEN 'N' THEN false END AS e_signed,
       left(nullif(trim(a._comments), ''), 100) AS comments,
       nullif(trim(p._product_tp_c), '') AS product,
       CAST(CASE p._decision_tp_c WHEN 'APPROVED' THEN 1 WHEN 'DECLINED' THEN 2 WHEN 'PENDING' THEN 3 END AS smallint) AS decision,
       CASE WHEN p._decision_date LIKE '%/%' THEN to_date(p._decision_date, 'MM/dd/yyyy')
            ELSE CAST(nullif(trim(p._decision_date), '') AS date) END AS decision_date,
       CAST(nullif(trim(p._approved_amount), '') AS decimal(12, 2)) AS approved_amount,
       CAST(nullif(trim(p._apr), '') AS decimal(6, 3)) AS annual_rate,
       CAST(nullif(trim(p._term_months), '') AS smallint) AS term_months,
       CAST(main._con_id AS bigint) AS primary_con_id,
       nullif(regexp_replace(main._ssn, '[^0-9]', ''), '') AS primary_ssn,
       CAST(coalesce(size(contacts), 0) AS smallint) AS contacts
FROM (SELECT app_id, a, p, contacts, try_element_at(filter(contacts, c -> c._ac_role_tp_c = 'PR'), -1) AS main
      FROM (SELECT app_id, application AS a, application.app_product AS p,
                   filter(application.contact, c -> c._con_id <> '') AS contacts
            FROM application))
