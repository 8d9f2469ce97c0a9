-- One line per opportunity: quantity 1, list price from the product table, sold for close_value.
-- discount := 100 × (1 − net_total ÷ (list_price × quantity)); blank or 0 is no price. No cost, no terms.

CREATE TEMP TABLE assumed AS
SELECT 6.5 AS capital_rate, NULL::integer AS payment_days, 30 AS standard_days;

CREATE TEMP TABLE line AS
SELECT opportunity_id AS deal, series AS family, 1::numeric AS quantity,
       round(sales_price::numeric, 4) AS list_price,
       round(100 - 100 * nullif(nullif(close_value, ''), '0')::numeric(60, 30)
                   / round(sales_price::numeric, 4), 6) AS discount,
       NULL::numeric AS cost
FROM raw_pipeline JOIN raw_product
  ON raw_product.product =
     CASE raw_pipeline.product WHEN 'GTXPro' THEN 'GTX Pro' ELSE raw_pipeline.product END;

CREATE TEMP TABLE deal AS
SELECT opportunity_id AS deal,
       CASE account WHEN '' THEN 'Account not recorded' ELSE account END AS account,
       account <> '' AS known_account,
       sales_agent AS owner,
       CASE WHEN sector IS NULL THEN 'Sector not recorded'
            WHEN sector = 'technolgy' THEN 'technology'
            ELSE sector END AS segment,
       regional_office AS region,
       coalesce(to_date(nullif(close_date, ''), 'YYYY-MM-DD'), to_date(nullif(engage_date, ''), 'YYYY-MM-DD'),
                current_date) AS day,
       deal_stage = 'Won' AS won
FROM raw_pipeline
     JOIN raw_team USING (sales_agent)
     LEFT JOIN raw_account USING (account);
