SELECT app_id,
       con_id,
       CASE c._ac_role_tp_c WHEN 'PR' THEN 'primary' ELSE 'authorized' END AS role,
       left(nullif(trim(c._first_name), ''), 50) AS first_name,
       nullif(trim(c._middle_initial), '') AS middle_initial,
       trim(c._last_name) AS last_name,
       CAST(nullif(trim(c._birth_date), '') AS date) AS birth_date,
       nullif(regexp_replace(c._ssn, '[^0-9]', ''), '') AS ssn,
       lower(nullif(trim(c._email), '')) AS email,
       nullif(regexp_replace(c._mobile_phone, '[^0-9]', ''), '') AS mobile_phone
FROM applicant
