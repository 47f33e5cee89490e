SELECT con_id,
       position + 1 AS seq,
       d._address_tp_c AS type,
       nullif(trim(d._street_name), '') AS street,
       nullif(trim(d._unit), '') AS unit,
       nullif(trim(d._city), '') AS city,
       upper(nullif(trim(d._state), '')) AS state,
       nullif(trim(d._postal_code), '') AS postal_code,
       CAST(nullif(trim(d._months), '') AS int) + 12 * CAST(nullif(trim(d._years), '') AS int) AS months,
       CASE d._residence_tp_c WHEN 'OWN' THEN 'owner' WHEN 'RENT' THEN 'tenant' WHEN 'FAMILY' THEN 'family' END AS residence,
       CAST(nullif(trim(d._monthly_cost), '') AS decimal(10, 2)) AS monthly_cost
FROM (SELECT con_id, posexplode(filter(c.contact_address, d -> d._address_tp_c IN ('CURR', 'PREV'))) AS (position, d)
      FROM applicant)
