-- tests/mappings/aws-saas-sales.policy.toml, by hand.
-- Never (deepest past 75) asks for the top of its ladder, 2.

SELECT measured.*,
       greatest(
           CASE WHEN segment = 'Strategic' THEN
               CASE WHEN discount > 60 THEN 3 WHEN discount > 30 THEN 2 WHEN discount > 20 THEN 1 ELSE 0 END
           ELSE
               CASE WHEN discount > 45 THEN 3 WHEN discount > 20 THEN 2 WHEN discount > 15 THEN 1 ELSE 0 END
           END,
           CASE WHEN region IN ('AMER', 'EMEA') THEN (
               SELECT CASE WHEN family.discount > 40 THEN 2 WHEN family.discount > 19.9 THEN 1 ELSE 0 END
               FROM measured_family AS family
               WHERE family.deal = measured.deal AND family = 'Connectors'
           ) END,
           CASE WHEN discount_deepest > 60 THEN 2 WHEN discount_deepest > 30 THEN 1 ELSE 0 END,
           CASE WHEN region IN ('EMEA', 'APJ') THEN
               CASE WHEN discount_12m IS NULL THEN 1
                    WHEN discount_12m > 28 THEN 2 WHEN discount_12m > 18 THEN 1 ELSE 0 END
           END,
           CASE WHEN margin IS NULL THEN 3
                WHEN margin < -100 THEN 3 WHEN margin < 0 THEN 2 WHEN margin < 10 THEN 1 ELSE 0 END,
           CASE WHEN segment = 'SMB' AND total_value < 20 THEN 1 ELSE 0 END
       ) AS finance
FROM measured;
