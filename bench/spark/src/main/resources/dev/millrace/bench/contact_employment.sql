SELECT con_id, type, employer, occupation, salary, pay_periods, CAST(salary * pay_periods AS decimal(14, 2)) AS yearly_salary,
       hired_on, self_employed
FROM (SELECT con_id,
             e._employment_tp_c AS type,
             nullif(trim(e._b_name), '') AS employer,
             nullif(trim(e._b_occupation), '') AS occupation,
             CAST(nullif(translate(e._b_salary, '$, ', ''), '') AS decimal(12, 2)) AS salary,
             CAST(CASE e._b_salary_basis_tp_c WHEN 'YEARLY' THEN 1 WHEN 'MONTHLY' THEN 12 WHEN 'WEEKLY' THEN 52 END AS smallint) AS pay_periods,
             CAST(nullif(trim(e._b_hired), '') AS date) AS hired_on,
             CASE e._b_self_ind WHEN 'Y' THEN true WHEN 'N' THEN false END AS self_employed
      FROM (SELECT con_id, explode(c.contact_employment) AS e FROM applicant)
      WHERE e._employment_tp_c IN ('CURR', 'PREV'))
WHERE coalesce(employer, occupation, CAST(salary AS string), CAST(pay_periods AS string), CAST(hired_on AS string),
               CAST(self_employed AS string)) IS NOT NULL
