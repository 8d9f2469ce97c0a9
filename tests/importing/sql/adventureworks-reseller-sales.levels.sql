-- tests/mappings/adventureworks-reseller-sales.policy.toml, by hand.
-- Never (deepest past 70) asks for the top of its ladder, 2.

SELECT measured.*,
       greatest(
           CASE WHEN segment = 'Warehouse' THEN
               CASE WHEN discount > 60 THEN 3 WHEN discount > 48 THEN 2 WHEN discount > 43 THEN 1 ELSE 0 END
           ELSE
               CASE WHEN discount > 55 THEN 3 WHEN discount > 45 THEN 2 WHEN discount > 41 THEN 1 ELSE 0 END
           END,
           (
               SELECT max(CASE WHEN family.discount > 50 THEN 2 WHEN family.discount > 42 THEN 1 ELSE 0 END)
               FROM measured_family AS family
               WHERE family.deal = measured.deal AND family IN ('Accessories', 'Clothing')
           ),
           CASE WHEN discount_deepest > 60 THEN 2 WHEN discount_deepest > 50 THEN 1 ELSE 0 END,
           CASE WHEN region IN ('United States', 'Canada') THEN
               CASE WHEN discount_12m IS NULL THEN 1
                    WHEN discount_12m > 46 THEN 2 WHEN discount_12m > 42 THEN 1 ELSE 0 END
           END,
           CASE WHEN margin IS NULL THEN 3
                WHEN margin < -25 THEN 3 WHEN margin < -10 THEN 2 WHEN margin < 0 THEN 1 ELSE 0 END,
           CASE WHEN segment = 'Specialty Bike Shop' AND total_value < 1000 THEN 1 ELSE 0 END
       ) AS finance
FROM measured;
