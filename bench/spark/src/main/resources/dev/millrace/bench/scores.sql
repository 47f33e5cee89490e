SELECT app_id, name, CAST(trim(score) AS int) AS score
FROM (SELECT app_id,
             stack(5, 'TransUnion TIE', p._TU_TIE_score, 'Experian DIE', p._EX_DIE_score, 'Equifax FICO', p._EQ_FICO_score,
                   'VantageScore', p._VANTAGE_score, 'Fraud', p._FRAUD_score) AS (name, score)
      FROM (SELECT app_id, application.app_product AS p FROM application))
WHERE trim(score) <> ''
