-- tests/mappings/maven-crm.policy.toml, by hand.
-- What cannot be read needs the top of its ladder, or `unknown`.

SELECT measured.*,
       greatest(
           CASE WHEN segment = 'medical' THEN
               CASE WHEN discount IS NULL THEN 2 WHEN discount > 15 THEN 2 WHEN discount > 5 THEN 1 ELSE 0 END
           ELSE
               CASE WHEN discount IS NULL THEN 1
                    WHEN discount > 20 THEN 3 WHEN discount > 10 THEN 2 WHEN discount > 0 THEN 1 ELSE 0 END
           END,
           (
               SELECT CASE WHEN family.discount IS NULL THEN 1 WHEN family.discount > 7.5 THEN 2 ELSE 0 END
               FROM measured_family AS family
               WHERE family.deal = measured.deal AND family = 'MG'
           ),
           CASE WHEN region = 'East' THEN
               CASE WHEN discount_deepest IS NULL THEN 2
                    WHEN discount_deepest > 16 THEN 2 WHEN discount_deepest > 8 THEN 1 ELSE 0 END
           END,
           CASE WHEN segment IN ('retail', 'software', 'technology', 'Sector not recorded') THEN
               CASE WHEN discount_12m IS NULL THEN 3
                    WHEN discount_12m > 2 THEN 3 WHEN discount_12m > 1 THEN 2 WHEN discount_12m > 0 THEN 1
                    ELSE 0 END
           END,
           CASE WHEN segment IN ('finance', 'services') THEN
               CASE WHEN margin IS NULL THEN 1 WHEN margin < 20 THEN 3 WHEN margin < 40 THEN 1 ELSE 0 END
           END,
           CASE WHEN region IN ('Central', 'West') THEN
               CASE WHEN total_value IS NULL THEN 2
                    WHEN total_value < 50 THEN 2 WHEN total_value < 500 THEN 1 ELSE 0 END
           END
       ) AS finance
FROM measured;
