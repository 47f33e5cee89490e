-- One of the contacts with the same id: the primary one, else the last.
SELECT app_id, CAST(c._con_id AS bigint) AS con_id, c
FROM (SELECT app_id, c,
             row_number() OVER (PARTITION BY app_id, c._con_id ORDER BY c._ac_role_tp_c = 'PR' DESC, position DESC) AS rank
      FROM (SELECT app_id, posexplode(application.contact) AS (position, c) FROM application)
      WHERE c._con_id <> '' AND c._ac_role_tp_c IN ('PR', 'AUTHU'))
WHERE rank = 1
